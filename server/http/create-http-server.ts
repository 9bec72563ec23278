import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpError } from "./error-answer";
import { requestIdFrom } from "./request-id";
import { createRequestListener, type ListenerOptions } from "./request-listener";
import { createUpgradeListener, refuseUpgrade, type UpgradeOptions } from "./upgrade-listener";

/** Node's own are 60 s, 300 s and none. A slow client is cut within the time and one check. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 32_768,
  // Ours answers with our headers; Node's own answer to a missing Host carries none.
  requireHostHeader: false,
};
const MAX_CONNECTIONS = 12_000;
const IDLE_SOCKET_MS = 30_000;

/** The one HTTP server, not yet listening: one request listener, one upgrade listener, bounded in every direction. */
export function createHttpServer(options: ListenerOptions & UpgradeOptions): Server {
  const server = createServer(limits);
  server.maxConnections = MAX_CONNECTIONS;
  // A client that stops reading its answer; WebSockets take it off. In development a page may compile for longer.
  server.timeout = options.forwardToNext ? 0 : IDLE_SOCKET_MS;
  const listener = createRequestListener(options);
  server.on("request", listener);
  server.on("checkExpectation", listener);
  server.on("upgrade", createUpgradeListener(options));
  server.on("connect", (_req, socket: Duplex) => {
    refuse(socket, { status: 405, code: "METHOD_NOT_ALLOWED", message: "This is no proxy." });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    refuse(socket, clientErrorOf(error));
  });
  return server;
}

function refuse(socket: Duplex, error: HttpError): void {
  socket.on("error", () => socket.destroy());
  refuseUpgrade(socket, error, requestIdFrom(undefined));
}

/** What Node's parser refuses: broken or smuggled requests, too many headers, too slow ones. */
function clientErrorOf({ code }: NodeJS.ErrnoException): HttpError {
  if (code === "HPE_HEADER_OVERFLOW")
    return { status: 431, code: "TOO_LARGE", message: "The headers are too long." };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { status: 408, code: "INVALID", message: "The request took too long to arrive." };
  return { status: 400, code: "INVALID", message: "The request is malformed." };
}
