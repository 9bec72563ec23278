import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "@/server/logger";
import { type Actor, isAllowed, type Policy } from "@/server/policy/policy";
import { errorAnswer, type HttpError } from "./error-answer";
import { requestIdFrom } from "./request-id";
import { parseTarget } from "./request-target";
import { isHostExpected, isOriginOwn } from "./same-origin";
import { securityHeaders } from "./security-headers";

export interface Upgrade {
  req: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  requestId: string;
  actor: Actor;
  query: URLSearchParams;
}

/** One WebSocket address. `accept` answers an error to refuse, or null when it has taken the socket. */
export interface SocketEndpoint {
  path: string;
  policy: Policy;
  accept(upgrade: Upgrade): HttpError | null;
}

export interface UpgradeOptions {
  endpoints: readonly SocketEndpoint[];
  /** Development: hot reload's sockets go to Next. */
  forwardToNext: ((upgrade: Upgrade) => void) | null;
  actorOf: (req: IncomingMessage) => Actor;
  isLoopbackOnly: boolean;
  logger: Logger;
}

/** The one upgrade listener of the server: takes the known WebSockets of this origin, refuses and closes all else. */
export function createUpgradeListener(options: UpgradeOptions) {
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  return (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Whoever takes the socket adds a listener of its own; a reset before that must not end the process.
    socket.on("error", () => socket.destroy());
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    const error = take({ req, socket, head, requestId }, options, endpoints);
    if (!error) return;
    options.logger.debug({ requestId, status: error.status }, "Upgrade refused");
    refuseUpgrade(socket, error, requestId);
  };
}

function take(
  upgrade: Omit<Upgrade, "actor" | "query">,
  { isLoopbackOnly, forwardToNext, actorOf }: UpgradeOptions,
  endpoints: ReadonlyMap<string, SocketEndpoint>,
): HttpError | null {
  const { req } = upgrade;
  const target = parseTarget(req.url);
  if ("status" in target) return { ...target, code: "INVALID" };
  const isHandshake = req.method === "GET" && req.headers.upgrade?.toLowerCase() === "websocket";
  if (!isHandshake)
    return { status: 400, code: "INVALID", message: "Only WebSocket upgrades are taken." };
  if (!isHostExpected(req.headers.host, isLoopbackOnly) || !isOriginOwn(req.headers))
    return { status: 403, code: "FORBIDDEN", message: "Sockets are taken from this site only." };
  const full: Upgrade = { ...upgrade, actor: actorOf(req), query: target.query };
  if (forwardToNext && target.path.startsWith("/_next/")) {
    forwardToNext(full);
    return null;
  }
  const endpoint = endpoints.get(target.path);
  if (!endpoint) return { status: 404, code: "NOT_FOUND", message: "There is no such socket." };
  if (!isAllowed(full.actor, endpoint.policy))
    return { status: 403, code: "FORBIDDEN", message: `This needs the role ${endpoint.policy}.` };
  return endpoint.accept(full);
}

/** Answers on the bare socket and closes it. */
export function refuseUpgrade(socket: Duplex, error: HttpError, requestId: string): void {
  const answer = errorAnswer(error, requestId);
  const headers = {
    ...securityHeaders,
    "Content-Type": answer.contentType,
    "Content-Length": Buffer.byteLength(answer.body).toString(),
    "X-Request-ID": requestId,
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? "Error"}`;
  const text = [status, ...lines, "", answer.body.toString()].join("\r\n");
  if (socket.writable) socket.end(text, () => socket.destroy());
  else socket.destroy();
}
