import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { SystemStatus } from "@/domain/health/health-report";
import type { SocketEndpoint } from "@/server/http/upgrade-listener";
import type { Logger } from "@/server/logger";
import type { GpuFeed } from "./gpu-feed";
import { SYSTEM_SOCKET_PATH, socketPolicies } from "./realtime-policies";
import { SlowReaders } from "./slow-readers";
import { systemMessages } from "./system-messages";
import { textFrame } from "./text-frame";

const MAX_FRAME_BYTES = 65_536;
/** Without ticks clients still learn that values grow old. */
const SILENCE_MS = 5_000;
const RESTARTING = 1012;
const NORMAL = 1000;

export interface SystemSocketTimings {
  /** Between two pings of the server. */
  heartbeatMs: number;
  /** A client of which nothing was heard for this long is closed. */
  idleMs: number;
}

export interface SystemSocket {
  endpoint: SocketEndpoint;
  count(): number;
  /** Closes every connection with 1012, "come back". */
  stop(): void;
}

interface Client {
  ws: WebSocket;
  socket: Duplex;
  heardAtMs: number;
}

/** `/ws/system`: `gpu_stats` and `system_status` on every poll, each encoded once for all clients. */
export function createSystemSocket(options: {
  feed: GpuFeed;
  health: () => SystemStatus;
  logger: Logger;
  nowMs: () => number;
  timings?: SystemSocketTimings;
}): SystemSocket {
  const { feed, health, logger, nowMs } = options;
  const timings = options.timings ?? { heartbeatMs: 30_000, idleMs: 90_000 };
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false, // frames are written ready-made, which a compressing sender would not allow
  });
  const clients = new Set<Client>();
  const slow = new SlowReaders<Client>();
  let sentAtMs = nowMs();

  const frames = (): Buffer => {
    const messages = systemMessages({ fleet: feed.fleet(), health: health() });
    return Buffer.concat([messages.gpuStats, messages.systemStatus].map(toFrame));
  };
  const broadcast = (): void => {
    sentAtMs = nowMs();
    if (clients.size === 0) return;
    const bytes = frames();
    for (const client of clients) send(client, bytes, slow.treat(client, stateOf(client), nowMs()));
  };
  const off = feed.onTick(broadcast);
  const silence = setInterval(() => {
    if (nowMs() - sentAtMs >= SILENCE_MS) broadcast();
  }, SILENCE_MS / 5);
  const heartbeat = setInterval(() => {
    for (const client of clients) checkOrPing(client, timings, nowMs());
  }, timings.heartbeatMs);

  const welcome = (ws: WebSocket, socket: Duplex): void => {
    const client: Client = { ws, socket, heardAtMs: nowMs() };
    clients.add(client);
    ws.on("pong", () => (client.heardAtMs = nowMs()));
    ws.on("message", (data, isBinary) => {
      client.heardAtMs = nowMs();
      if (!isBinary && isPing(data)) ws.send('{"type":"pong"}');
    });
    ws.on("close", () => clients.delete(client));
    ws.on("error", (error) => {
      logger.debug({ err: error }, "System socket error"); // a broken frame: ws closes it
    });
    socket.write(frames());
  };

  return {
    endpoint: {
      path: SYSTEM_SOCKET_PATH,
      policy: socketPolicies[SYSTEM_SOCKET_PATH],
      accept({ req, socket, head }) {
        server.handleUpgrade(req, socket, head, (ws) => {
          welcome(ws, socket);
        });
        return null;
      },
    },
    count: () => clients.size,
    stop() {
      off();
      clearInterval(silence);
      clearInterval(heartbeat);
      for (const { ws } of clients) ws.close(RESTARTING, "restart");
    },
  };
}

function toFrame(message: object): Buffer {
  return textFrame(JSON.stringify(message));
}

function stateOf({ socket }: Client) {
  return { isDrained: socket.writableLength === 0 };
}

function send({ ws, socket }: Client, bytes: Buffer, treatment: "send" | "skip" | "drop"): void {
  if (treatment === "drop") ws.terminate();
  else if (treatment === "send" && ws.readyState === WebSocket.OPEN) socket.write(bytes);
}

function checkOrPing({ ws, heardAtMs }: Client, { idleMs }: SystemSocketTimings, nowMs: number) {
  if (nowMs - heardAtMs >= idleMs) ws.close(NORMAL, "Idle timeout");
  else if (ws.readyState === WebSocket.OPEN) ws.ping();
}

function isPing(data: Buffer | ArrayBuffer | Buffer[]): boolean {
  if (!Buffer.isBuffer(data) || data.length > 32) return false;
  return data.toString("utf8").trim() === "ping";
}
