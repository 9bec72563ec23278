import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "@/server/logger";
import {
  type Actor,
  isAllowed,
  nobody,
  type Policy,
  type Refusal,
  refusalOf,
} from "@/server/policy/policy";
import type { ClientFacts } from "./client-facts";
import { errorAnswer, type HttpError, httpErrorOf } from "./error-answer";
import { keysInHeaders } from "./key-headers";
import { requestIdFrom } from "./request-id";
import { parseTarget } from "./request-target";
import { isHostExpected, isOriginOwn, type Site } from "./same-origin";
import { securityHeaders } from "./security-headers";

/** A sub-protocol that begins so carries a key: a browser's WebSocket can send no header of its own. */
export const KEY_PROTOCOL = "api-key.";
const OWN_PROTOCOL = "sightline";

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
  /** Tells a client that may not use it in the endpoint's own protocol. Without it the upgrade is refused with 401 or 403. */
  refuse?(upgrade: Upgrade, refusal: Refusal): void;
}

export interface UpgradeOptions {
  endpoints: readonly SocketEndpoint[];
  /** Development: hot reload's sockets go to Next. */
  forwardToNext: ((upgrade: Upgrade) => void) | null;
  clientOf: (req: IncomingMessage) => ClientFacts;
  actorOf: (req: IncomingMessage, client: ClientFacts) => Actor | Promise<Actor>;
  site: Site;
  logger: Logger;
}

/** The one upgrade listener of the server: takes the known WebSockets of this origin, refuses and closes all else. */
export function createUpgradeListener(options: UpgradeOptions) {
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  return (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Whoever takes the socket adds a listener of its own; a reset before that must not end the process.
    socket.on("error", () => socket.destroy());
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    const refuse = (error: HttpError) => {
      options.logger.debug({ requestId, status: error.status }, "Upgrade refused");
      refuseUpgrade(socket, error, requestId);
    };
    take({ req, socket, head, requestId }, options, endpoints)
      .then((error) => {
        if (error) refuse(error);
      })
      .catch((thrown: unknown) => {
        options.logger.warn({ err: thrown, requestId }, "An upgrade failed");
        refuse(httpErrorOf(thrown));
      });
  };
}

async function take(
  upgrade: Omit<Upgrade, "actor" | "query">,
  { site, forwardToNext, actorOf, clientOf }: UpgradeOptions,
  endpoints: ReadonlyMap<string, SocketEndpoint>,
): Promise<HttpError | null> {
  const { req } = upgrade;
  const target = parseTarget(req.url);
  if ("status" in target) return { ...target, code: "INVALID" };
  const isHandshake = req.method === "GET" && req.headers.upgrade?.toLowerCase() === "websocket";
  if (!isHandshake)
    return { status: 400, code: "INVALID", message: "Only WebSocket upgrades are taken." };
  const client = clientOf(req);
  if (
    !isOriginOwn(req.headers, client, site) ||
    !isNameTaken(req, { client, query: target.query, site })
  )
    return {
      status: 403,
      code: "FORBIDDEN",
      message: "Sockets are taken from pages of this site only, under its own address.",
    };
  if (forwardToNext && target.path.startsWith("/_next/")) {
    forwardToNext({ ...upgrade, actor: nobody, query: target.query });
    return null;
  }
  const endpoint = endpoints.get(target.path);
  if (!endpoint) return { status: 404, code: "NOT_FOUND", message: "There is no such socket." };
  const actor = await actorOf(req, client);
  forgetCredentials(req, target.query);
  return enter({ ...upgrade, actor, query: target.query }, endpoint);
}

function enter(upgrade: Upgrade, endpoint: SocketEndpoint): HttpError | null {
  if (isAllowed(upgrade.actor, endpoint.policy)) return endpoint.accept(upgrade);
  const refusal = refusalOf(upgrade.actor, endpoint.policy);
  if (!endpoint.refuse) return { status: refusal.code === "FORBIDDEN" ? 403 : 401, ...refusal };
  endpoint.refuse(upgrade, refusal);
  return null;
}

/** As for a request: a program with a key may ask by any name. */
function isNameTaken(
  { headers }: IncomingMessage,
  { client, query, site }: { client: ClientFacts; query: URLSearchParams; site: Site },
): boolean {
  const hasKey =
    keysInHeaders(headers).length > 0 ||
    headers["sec-websocket-protocol"]?.includes(KEY_PROTOCOL) === true ||
    query.has("api_key");
  return (hasKey && headers.host !== undefined) || isHostExpected(client, site);
}

/**
 * Takes off what told who asks: socket.io keeps the headers and the query for as long as the socket lives. Of the sub-protocols one is
 * left, which is then the chosen one, as browsers insist on: ours if it was offered, so that the key need not go back.
 */
function forgetCredentials(req: IncomingMessage, query: URLSearchParams): void {
  const { headers } = req;
  delete headers.cookie;
  delete headers.authorization;
  delete headers["x-api-key"];
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const chosen =
    offered.find((name) => name === OWN_PROTOCOL) ??
    offered.find((name) => name.startsWith(KEY_PROTOCOL));
  if (chosen !== undefined) headers["sec-websocket-protocol"] = chosen;
  if (!query.has("api_key")) return;
  query.delete("api_key");
  req.url = `${req.url?.split("?", 1)[0] ?? ""}?${query.toString()}`;
}

/** Answers on the bare socket and closes it. */
export function refuseUpgrade(socket: Duplex, error: HttpError, requestId: string): void {
  const answer = errorAnswer(error, requestId);
  const headers = {
    ...securityHeaders,
    "Content-Type": answer.contentType,
    "Content-Length": Buffer.byteLength(answer.body).toString(),
    "X-Request-ID": requestId,
    ...(error.status === 401 && { "WWW-Authenticate": "Bearer" }),
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? "Error"}`;
  const text = [status, ...lines, "", answer.body.toString()].join("\r\n");
  if (socket.writable) socket.end(text, () => socket.destroy());
  else socket.destroy();
}
