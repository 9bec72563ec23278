import type { IncomingMessage, ServerResponse } from "node:http";
import { isAppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import { type Actor, nobody } from "@/server/policy/policy";
import { type BodyRule, jsonBody, refusalOfBody } from "./body-rule";
import type { ClientFacts } from "./client-facts";
import { completeHead } from "./complete-head";
import { compressResponse } from "./compress-response";
import { type HttpError, httpErrorOf } from "./error-answer";
import { type Exchange, sendError } from "./exchange";
import { type HttpMetrics, UNMATCHED } from "./http-metrics";
import { keysInHeaders } from "./key-headers";
import type { Pages } from "./pages";
import { requestIdFrom } from "./request-id";
import { parseTarget, type RequestTarget, type TargetProblem } from "./request-target";
import type { RestRoutes } from "./rest-routes";
import { isFromHere, isHostExpected, type Site } from "./same-origin";
import { securityHeaders, strictTransport } from "./security-headers";

const methods = new Set(["GET", "HEAD", "POST"]);

export interface ListenerOptions {
  routes: RestRoutes;
  pages: Pages;
  /** Answers everything below its prefix. `bodyOf` a path: what a POST there may bring, JSON of 1 MB unless it says more. */
  trpc: {
    prefix: string;
    bodyOf?: (path: string) => BodyRule;
    handle: (exchange: Exchange) => Promise<void>;
  };
  /** What the connection and trusted proxies say of the other end. */
  clientOf: (req: IncomingMessage) => ClientFacts;
  /** Who asks, from cookies and keys. Rejects with UNAVAILABLE when it cannot be looked up now. */
  actorOf: (req: IncomingMessage, client: ClientFacts) => Actor | Promise<Actor>;
  /** Calls `onEnd` when what the actor came with no longer holds; answers how to stop watching. */
  watch: (actor: Actor, onEnd: () => void) => () => void;
  metrics: HttpMetrics;
  logger: Logger;
  site: Site;
}

/** The one request listener of the server. It never throws and answers every request. */
export function createRequestListener(options: ListenerOptions) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    const client = options.clientOf(req);
    setHeaders(res, requestId, client);
    const dependsOnActor = completeHead(res);
    compressResponse(req, res);
    const { abort, ...record } = observe(req, res, { ...options, requestId });
    const target = parseTarget(req.url);
    const refusal = refusalOf(req, { client, target, ...options });
    if (refusal) {
      sendError({ req, res, requestId }, refusal);
      return;
    }
    if ("status" in target) {
      sendError({ req, res, requestId }, { ...target, code: "INVALID" });
      return;
    }
    const exchange = { req, res, requestId, target, actor: nobody, client, ...record };
    dispatch({ exchange, abort, dependsOnActor }, options).catch((thrown: unknown) => {
      answerFailure(exchange, thrown, options.logger);
    });
  };
}

interface Dispatched {
  exchange: Exchange;
  /** Ends the work on the answer. */
  abort: () => void;
  dependsOnActor: () => void;
}

async function dispatch(dispatched: Dispatched, options: ListenerOptions): Promise<void> {
  const { exchange } = dispatched;
  const { path } = exchange.target;
  const isProcedure = path.startsWith(options.trpc.prefix);
  const traits = options.routes.traitsOf(path);
  if (!isProcedure && !traits) return answerOther(exchange, options);
  // Only where a body is taken: elsewhere the method is what is wrong, and the answer says so.
  const rule = traits ? traits.body : (options.trpc.bodyOf?.(path) ?? jsonBody);
  const refusal = refusalOfPost(exchange.req, rule);
  if (refusal) {
    sendError(exchange, refusal);
    return;
  }
  const identified = identify(dispatched, traits?.isPublic === true, options);
  // Most are known at once: no turn of the event loop is spent on them.
  if (identified instanceof Promise) await identified;
  return isProcedure ? options.trpc.handle(exchange) : options.routes.handle(exchange);
}

function refusalOfPost(
  { method, headers }: IncomingMessage,
  rule: BodyRule | null,
): HttpError | null {
  return rule && method === "POST" ? refusalOfBody(headers, rule) : null;
}

/** A page, which is static, so nobody need be known; or nothing. */
async function answerOther(exchange: Exchange, { pages }: ListenerOptions): Promise<void> {
  const { path } = exchange.target;
  const isSocket = path.startsWith("/socket.io/");
  if (!isSocket && path !== "/api" && !path.startsWith("/api/")) return pages.handle(exchange);
  sendError(exchange, {
    status: isSocket ? 400 : 404,
    code: isSocket ? "INVALID" : "NOT_FOUND",
    message: isSocket ? "This address takes WebSockets only." : "There is no such address.",
  });
}

function identify(
  { exchange, abort, dependsOnActor }: Dispatched,
  isPublic: boolean,
  { actorOf, watch }: ListenerOptions,
): void | Promise<void> {
  const { req, res, client } = exchange;
  dependsOnActor();
  const take = (actor: Actor): void => {
    exchange.actor = actor;
    // What is public does not end with a session; signing in is, and ends the one before.
    if (isPublic || actor.via === "anonymous") return;
    const off = watch(actor, () => {
      endAnswer(exchange, abort);
    });
    res.once("close", off);
  };
  const fail = (error: unknown): void => {
    // What is public answers also while nobody can be looked up, as to nobody.
    if (!isPublic || !isAppError(error) || error.code !== "UNAVAILABLE") throw error;
    take({ ...nobody, address: client.address });
  };
  const actor = actorOf(req, client);
  if (actor instanceof Promise) return actor.then(take, fail);
  take(actor);
}

/**
 * What the answer was for no longer holds: one that has not begun says so, half of one is cut. A change that is under way is left to
 * answer, as it may be what ended it (signing out does).
 */
function endAnswer(exchange: Exchange, abort: () => void): void {
  const { req, res } = exchange;
  if (res.writableEnded || (req.method === "POST" && !res.headersSent)) return;
  if (res.headersSent) res.destroy();
  else
    sendError(exchange, {
      status: 401,
      code: "UNAUTHENTICATED",
      message: "What you came with was revoked or changed meanwhile. Sign in again, or ask again.",
    });
  abort();
}

function answerFailure(exchange: Exchange, thrown: unknown, logger: Logger): void {
  if (exchange.signal.aborted) return; // the client has left: its query was cancelled, nothing failed
  const error = httpErrorOf(thrown);
  if (error.status >= 500) {
    const level = error.code === "INTERNAL" ? "error" : "warn"; // of the others the cause alone is in the log
    logger[level]({ err: thrown, requestId: exchange.requestId }, "A request failed");
  }
  const waitSeconds = isAppError(thrown) ? thrown.retryAfterSeconds : null;
  sendError(
    exchange,
    error.code === "TOO_MANY"
      ? { ...error, headers: { "Retry-After": String(waitSeconds ?? 1) } }
      : error,
  );
}

function setHeaders(res: ServerResponse, requestId: string, { isHttps }: ClientFacts): void {
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("X-Request-ID", requestId);
  if (isHttps) res.setHeader(strictTransport.name, strictTransport.value);
}

/** What is refused before anybody answers. */
function refusalOf(
  req: IncomingMessage,
  { client, target, routes, site }: ListenerOptions & Received,
): (HttpError & { headers?: Record<string, string> }) | null {
  if (!methods.has(req.method ?? ""))
    return {
      status: 405,
      code: "METHOD_NOT_ALLOWED",
      message: "This server answers GET, HEAD and POST only.",
      headers: { Allow: "GET, HEAD, POST" },
    };
  if (!isHostExpected(client, site) && !isAnyNameTaken(req, target, routes))
    return {
      status: 403,
      code: "FORBIDDEN",
      message:
        "This name is not expected here. Open the address that the start printed or that PUBLIC_URL holds; for another name, set PUBLIC_URL to it.",
    };
  const encoding = req.headers["transfer-encoding"];
  if (encoding !== undefined && encoding !== "chunked")
    return { status: 400, code: "INVALID", message: "The request is malformed." };
  if (req.headers.upgrade !== undefined)
    return { status: 400, code: "INVALID", message: "This address takes no upgrade." };
  // A form of another site can post, but neither from our origin nor as JSON.
  if (req.method === "POST" && !isFromHere(req.headers, client, site))
    return {
      status: 403,
      code: "FORBIDDEN",
      message: "Changes are taken from pages of this site only, under its own address.",
    };
  return null;
}

interface Received {
  client: ClientFacts;
  target: RequestTarget | TargetProblem;
}

/**
 * Probes and scrapers ask by address or by a name of their own network, and so do programs with a key. Whoever brings a key gets what
 * the key gives and nothing else, so a page that was led here gains nothing by making one up.
 */
function isAnyNameTaken(
  { headers }: IncomingMessage,
  target: RequestTarget | TargetProblem,
  routes: RestRoutes,
): boolean {
  if (headers.host === undefined) return false;
  if (keysInHeaders(headers).length > 0) return true;
  return "path" in target && routes.traitsOf(target.path)?.answersAnyName === true;
}

/** Counts, times and logs the answer; query strings are not logged. */
function observe(
  req: IncomingMessage,
  res: ServerResponse,
  { metrics, logger, requestId }: ListenerOptions & { requestId: string },
): Pick<Exchange, "signal" | "setRoute"> & { abort: () => void } {
  const startedAtMs = performance.now(); // the wall clock may be set meanwhile
  const controller = new AbortController();
  let route = UNMATCHED;
  const { method } = req;
  res.once("close", () => {
    const hasLeft = !res.writableFinished;
    if (hasLeft) controller.abort();
    const status = res.statusCode;
    const elapsedMs = performance.now() - startedAtMs;
    const durationMs = Math.round(elapsedMs);
    metrics.observe({ method, route, status, seconds: elapsedMs / 1000 });
    const level = status >= 500 ? "info" : "debug";
    logger[level]({ method, route, status, durationMs, requestId, hasLeft }, "Request");
  });
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
    setRoute(name) {
      route = name;
    },
  };
}
