import { isAllowed, refusalOf } from "@/server/policy/policy";
import { type BodyRule, jsonBody } from "./body-rule";
import { type Exchange, sendError, sendRouteAnswer } from "./exchange";
import { readBodyParts, readJsonBody } from "./read-body";
import type { Route } from "./route";

/** What is known of an address before anybody looks at who asks. */
export interface PathTraits {
  /** What a POST to this path may bring; null when none is taken. */
  body: BodyRule | null;
  /** Nothing at this path needs to know who asks. */
  isPublic: boolean;
  /** Answers whatever name is in `Host`. */
  answersAnyName: boolean;
}

export interface RestRoutes {
  /** Null when no route has this path, whatever its method. */
  traitsOf(path: string): PathTraits | null;
  /** Answers; rejects with what the handler threw. */
  handle(exchange: Exchange): Promise<void>;
}

/** Exact paths, one handler a method. */
export function createRestRoutes(routes: readonly Route[]): RestRoutes {
  const table = new Map<string, Route[]>();
  for (const route of routes) {
    const others = table.get(route.path) ?? [];
    if (others.some(({ method }) => method === route.method))
      throw new Error(`The route ${route.method} ${route.path} is declared twice.`);
    table.set(route.path, [...others, route]);
  }
  const traits = new Map(Array.from(table, ([path, group]) => [path, traitsOf(group)]));
  return {
    traitsOf: (path) => traits.get(path) ?? null,
    async handle(exchange) {
      const candidates = table.get(exchange.target.path) ?? [];
      const method = exchange.req.method === "HEAD" ? "GET" : exchange.req.method;
      const route = candidates.find((candidate) => candidate.method === method);
      exchange.setRoute(exchange.target.path);
      if (!route) refuseMethod(exchange, candidates);
      else if (!isAllowed(exchange.actor, route.policy)) refuseActor(exchange, route);
      else await sendRouteAnswer(exchange, await answerOf(route, exchange));
    },
  };
}

function traitsOf(group: readonly Route[]): PathTraits {
  return {
    body: bodyOf(group.find(({ method }) => method === "POST")),
    isPublic: group.every(({ policy }) => policy === "public"),
    answersAnyName: group.every((route) => route.answersAnyName === true),
  };
}

function bodyOf(post: Route | undefined): BodyRule | null {
  return post ? (post.body ?? jsonBody) : null;
}

function answerOf(route: Route, { requestId, actor, client, target, signal, req, res }: Exchange) {
  const { headers } = req;
  const { maxBytes } = route.body ?? jsonBody;
  return route.handle({
    requestId,
    actor,
    query: target.query,
    signal,
    client,
    cookie: headers.cookie ?? null,
    lastEventId: textOf(headers["last-event-id"]),
    ifNoneMatch: headers["if-none-match"] ?? null,
    accept: headers.accept ?? null,
    mcpProtocolVersion: textOf(headers["mcp-protocol-version"]),
    setCookie: (header) => void res.appendHeader("Set-Cookie", header),
    readJson: () => readJsonBody(req, maxBytes),
    readParts: () => readBodyParts(req, maxBytes),
  });
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? header : null;
}

function refuseActor(exchange: Exchange, { policy }: Route): void {
  const refusal = refusalOf(exchange.actor, policy);
  sendError(exchange, { status: refusal.code === "FORBIDDEN" ? 403 : 401, ...refusal });
}

function refuseMethod(exchange: Exchange, candidates: readonly Route[]): void {
  const allowed = candidates.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : method));
  sendError(exchange, {
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    message: `This address answers ${allowed.join(" and ")} only.`,
    headers: { Allow: allowed.join(", ") },
  });
}
