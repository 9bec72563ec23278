import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Logger } from "@/server/logger";
import type { Actor } from "@/server/policy/policy";
import { compressResponse } from "./compress-response";
import { type HttpError, httpErrorOf } from "./error-answer";
import { type Exchange, sendError } from "./exchange";
import { type HttpMetrics, UNMATCHED } from "./http-metrics";
import type { Pages } from "./pages";
import { requestIdFrom } from "./request-id";
import { parseTarget } from "./request-target";
import type { RestRoutes } from "./rest-routes";
import { isFromHere, isHostExpected } from "./same-origin";
import { securityHeaders, strictTransport } from "./security-headers";

const MAX_BODY_BYTES = 1_000_000;
const methods = new Set(["GET", "HEAD", "POST"]);

export interface ListenerOptions {
  routes: RestRoutes;
  pages: Pages;
  /** Answers everything below its prefix. */
  trpc: { prefix: string; handle: (exchange: Exchange) => Promise<void> };
  /** Who asks, from cookies and keys. */
  actorOf: (req: IncomingMessage) => Actor;
  metrics: HttpMetrics;
  logger: Logger;
  /** True while only this machine can reach the server: other names in `Host` are refused. */
  isLoopbackOnly: boolean;
}

/** The one request listener of the server. It never throws and answers every request. */
export function createRequestListener(options: ListenerOptions) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    setHeaders(req, res, requestId);
    compressResponse(req, res);
    const record = observe(req, res, { ...options, requestId });
    const refusal = refusalOf(req, options);
    const target = parseTarget(req.url);
    if (refusal) {
      sendError({ req, res, requestId }, refusal);
      return;
    }
    if ("status" in target) {
      sendError({ req, res, requestId }, { ...target, code: "INVALID" });
      return;
    }
    const exchange = { req, res, requestId, target, actor: options.actorOf(req), ...record };
    dispatch(exchange, options).catch((thrown: unknown) => {
      answerFailure(exchange, thrown, options.logger);
    });
  };
}

async function dispatch(exchange: Exchange, options: ListenerOptions): Promise<void> {
  const { path } = exchange.target;
  const isProcedure = path.startsWith(options.trpc.prefix);
  // Only where a body is taken: elsewhere the method is what is wrong, and the answer says so.
  const refusal =
    isProcedure || options.routes.takesBody(path) ? refusalOfBody(exchange.req) : null;
  if (refusal) {
    sendError(exchange, refusal);
    return;
  }
  if (isProcedure) return options.trpc.handle(exchange);
  if (options.routes.has(path)) return options.routes.handle(exchange);
  if (path === "/api" || path.startsWith("/api/") || path.startsWith("/socket.io/")) {
    const isSocket = path.startsWith("/socket.io/");
    sendError(exchange, {
      status: isSocket ? 400 : 404,
      code: isSocket ? "INVALID" : "NOT_FOUND",
      message: isSocket ? "This address takes WebSockets only." : "There is no such address.",
    });
    return;
  }
  return options.pages.handle(exchange);
}

function answerFailure(exchange: Exchange, thrown: unknown, logger: Logger): void {
  if (exchange.signal.aborted) return; // the client has left: its query was cancelled, nothing failed
  const error = httpErrorOf(thrown);
  if (error.status >= 500) {
    const level = error.code === "INTERNAL" ? "error" : "warn"; // of the others the cause alone is in the log
    logger[level]({ err: thrown, requestId: exchange.requestId }, "A request failed");
  }
  sendError(
    exchange,
    error.code === "TOO_MANY" ? { ...error, headers: { "Retry-After": "1" } } : error,
  );
}

function setHeaders(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("X-Request-ID", requestId);
  if (isHttps(req)) res.setHeader(strictTransport.name, strictTransport.value);
}

/** A proxy's word is enough: browsers ignore the header on plain http, so a false one does nothing. */
function isHttps(req: IncomingMessage): boolean {
  const isEncrypted = (req.socket as Partial<TLSSocket>).encrypted === true;
  return isEncrypted || req.headers["x-forwarded-proto"] === "https";
}

/** What is refused before anything looks at the address. */
function refusalOf(
  req: IncomingMessage,
  { isLoopbackOnly }: ListenerOptions,
): (HttpError & { headers?: Record<string, string> }) | null {
  if (!methods.has(req.method ?? ""))
    return {
      status: 405,
      code: "METHOD_NOT_ALLOWED",
      message: "This server answers GET, HEAD and POST only.",
      headers: { Allow: "GET, HEAD, POST" },
    };
  if (!isHostExpected(req.headers.host, isLoopbackOnly))
    return {
      status: 403,
      code: "FORBIDDEN",
      message:
        "This name is not expected here. Open the address that the start printed, or set ALLOW_UNPROTECTED=true if your network protects the server.",
    };
  const encoding = req.headers["transfer-encoding"];
  if (encoding !== undefined && encoding !== "chunked")
    return { status: 400, code: "INVALID", message: "The request is malformed." };
  if (req.headers.upgrade !== undefined)
    return { status: 400, code: "INVALID", message: "This address takes no upgrade." };
  // A form of another site can post, but neither from our origin nor as JSON.
  if (req.method === "POST" && !isFromHere(req.headers))
    return { status: 403, code: "FORBIDDEN", message: "Changes are taken from this site only." };
  return null;
}

function refusalOfBody({ method, headers }: IncomingMessage): HttpError | null {
  if (method !== "POST") return null;
  const [type] = (headers["content-type"] ?? "").split(";");
  if (type?.trim().toLowerCase() !== "application/json")
    return { status: 415, code: "UNSUPPORTED", message: "Send the body as application/json." };
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES)
    return { status: 413, code: "TOO_LARGE", message: "The body may hold 1 MB at most." };
  return null;
}

/** Counts, times and logs the answer; query strings are not logged. */
function observe(
  req: IncomingMessage,
  res: ServerResponse,
  { metrics, logger, requestId }: ListenerOptions & { requestId: string },
): Pick<Exchange, "signal" | "setRoute"> {
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
    setRoute(name) {
      route = name;
    },
  };
}
