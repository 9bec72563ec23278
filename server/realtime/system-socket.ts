import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { SystemStatus } from "@/domain/health/health-report";
import type { SocketEndpoint, Upgrade } from "@/server/http/upgrade-listener";
import type { Logger } from "@/server/logger";
import { ACCESS_ENDED, type WatchActor } from "./access-ended";
import type { GpuFeed, PressureFeed } from "./gpu-feed";
import { MessageRate } from "./message-rate";
import { SYSTEM_SOCKET_PATH, socketPolicies } from "./realtime-policies";
import { SlowReaders } from "./slow-readers";
import { pressureMessage, systemMessages } from "./system-messages";
import { textFrame } from "./text-frame";

const MAX_FRAME_BYTES = 65_536;
/** Without ticks clients still learn that values grow old. */
const SILENCE_MS = 5_000;
const NORMAL = 1000;
const POLICY_VIOLATION = 1008;
const RESTARTING = 1012;
const MAX_REASON_BYTES = 123;

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
  rate: MessageRate;
}

/** `/ws/system`: `gpu_stats` and `system_status` on every poll, `gpu_memory_pressure` when it changes, each encoded once for all clients. */
export function createSystemSocket(options: {
  feed: GpuFeed;
  pressure: PressureFeed;
  health: () => SystemStatus;
  watch: WatchActor;
  logger: Logger;
  /** Every time here is a duration, and the wall clock may be set meanwhile. */
  monotonicMs?: () => number;
  timings?: SystemSocketTimings;
}): SystemSocket {
  const { feed, pressure, health, watch, logger, monotonicMs = () => performance.now() } = options;
  const timings = options.timings ?? { heartbeatMs: 30_000, idleMs: 90_000 };
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    autoPong: false, // ours waits for a client that reads
    perMessageDeflate: false, // frames are written ready-made, which a compressing sender would not allow
  });
  const clients = new Set<Client>();
  const slow = new SlowReaders<Client>();
  let sentAtMs = monotonicMs();

  const frames = (): Buffer => {
    const messages = systemMessages({ fleet: feed.fleet(), health: health() });
    return Buffer.concat([messages.gpuStats, messages.systemStatus].map(toFrame));
  };
  const sendAll = (bytes: Buffer): void => {
    for (const client of clients)
      send(client, bytes, slow.treat(client, stateOf(client), monotonicMs()));
  };
  const broadcast = (): void => {
    sentAtMs = monotonicMs();
    if (clients.size > 0) sendAll(frames());
  };
  const off = feed.onTick(broadcast);
  const offPressure = pressure.onChange((change) => {
    if (clients.size > 0) sendAll(toFrame(pressureMessage(change)));
  });
  const silence = setInterval(() => {
    if (monotonicMs() - sentAtMs >= SILENCE_MS) broadcast();
  }, SILENCE_MS / 5);
  const heartbeat = setInterval(() => {
    for (const client of clients) checkOrPing(client, timings, monotonicMs());
  }, timings.heartbeatMs);

  const welcome = (ws: WebSocket, { socket, actor }: Upgrade): void => {
    const client: Client = { ws, socket, heardAtMs: monotonicMs(), rate: new MessageRate() };
    clients.add(client);
    ws.on("pong", () => isTaken(client, monotonicMs()));
    ws.on("ping", (data) => {
      if (isTaken(client, monotonicMs()) && stateOf(client).isDrained) ws.pong(data);
    });
    ws.on("message", (data, isBinary) => {
      if (!isTaken(client, monotonicMs()) || isBinary || !isPing(data)) return;
      // A client that asks and does not read would fill our memory with answers.
      if (stateOf(client).isDrained) ws.send('{"type":"pong"}');
    });
    const off = watch(actor, () => {
      ws.close(POLICY_VIOLATION, ACCESS_ENDED);
    });
    ws.on("close", () => {
      off();
      clients.delete(client);
    });
    ws.on("error", (error) => {
      logger.debug({ err: error }, "System socket error"); // a broken frame: ws closes it
    });
    socket.write(frames());
  };

  return {
    endpoint: {
      path: SYSTEM_SOCKET_PATH,
      policy: socketPolicies[SYSTEM_SOCKET_PATH],
      accept(upgrade) {
        const { req, socket, head } = upgrade;
        server.handleUpgrade(req, socket, head, (ws) => {
          welcome(ws, upgrade);
        });
        return null;
      },
      // A browser learns nothing of a refused upgrade; a close code and its reason it does.
      refuse({ req, socket, head }, { message }) {
        server.handleUpgrade(req, socket, head, (ws) => {
          ws.on("error", () => undefined); // whatever it sends: ws closes it
          ws.close(POLICY_VIOLATION, reasonOf(message));
        });
      },
    },
    count: () => clients.size,
    stop() {
      off();
      offPressure();
      clearInterval(silence);
      clearInterval(heartbeat);
      for (const { ws } of clients) ws.close(RESTARTING, "restart");
    },
  };
}

/** Notes that something was heard. False when the client is being closed, for instance because it sends too much. */
function isTaken(client: Client, atMs: number): boolean {
  const { ws, rate } = client;
  client.heardAtMs = atMs;
  if (ws.readyState !== WebSocket.OPEN) return false;
  if (!rate.exceeds(atMs)) return true;
  ws.close(POLICY_VIOLATION, "Too many messages");
  return false;
}

/** A close frame holds 123 bytes. */
function reasonOf(message: string): string {
  return Buffer.from(message)
    .subarray(0, MAX_REASON_BYTES)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
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

function checkOrPing({ ws, heardAtMs }: Client, { idleMs }: SystemSocketTimings, atMs: number) {
  if (atMs - heardAtMs >= idleMs) ws.close(NORMAL, "Idle timeout");
  else if (ws.readyState === WebSocket.OPEN) ws.ping();
}

function isPing(data: Buffer | ArrayBuffer | Buffer[]): boolean {
  if (!Buffer.isBuffer(data) || data.length > 32) return false;
  return data.toString("utf8").trim() === "ping";
}
