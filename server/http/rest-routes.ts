import type { IncomingHttpHeaders } from "node:http";
import { isAllowed, refusalOf } from "@/server/policy/policy";
import { type Exchange, sendError, sendRouteAnswer } from "./exchange";
import { readJsonBody } from "./read-json-body";
import type { Route } from "./route";

const MAX_BODY_BYTES = 1_000_000;

export interface RestRoutes {
  /** True when a route has this path, whatever its method. */
  has(path: string): boolean;
  /** True when a route with this path takes a POST. */
  takesBody(path: string): boolean;
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
  return {
    has: (path) => table.has(path),
    takesBody: (path) => table.get(path)?.some(({ method }) => method === "POST") === true,
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

function answerOf(route: Route, { requestId, actor, target, signal, req }: Exchange) {
  return route.handle({
    requestId,
    actor,
    query: target.query,
    signal,
    authorization: req.headers.authorization ?? null,
    lastEventId: lastEventIdOf(req.headers),
    remoteAddress: req.socket.remoteAddress ?? "",
    readJson: () => readJsonBody(req, MAX_BODY_BYTES),
  });
}

function lastEventIdOf(headers: IncomingHttpHeaders): string | null {
  const value = headers["last-event-id"];
  return typeof value === "string" ? value : null;
}

function refuseActor(exchange: Exchange, { policy }: Route): void {
  const refusal = refusalOf(exchange.actor, policy);
  if (refusal.code === "FORBIDDEN") sendError(exchange, { status: 403, ...refusal });
  else sendError(exchange, { status: 401, ...refusal, headers: { "WWW-Authenticate": "Bearer" } });
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
