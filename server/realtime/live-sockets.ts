import { createServer, type IncomingMessage } from "node:http";
import { Server, type Socket } from "socket.io";
import type { ClientEvents, GpuTick, ServerEvents } from "@/domain/realtime/realtime-events";
import type { HttpError } from "@/server/http/error-answer";
import type { SocketEndpoint, Upgrade } from "@/server/http/upgrade-listener";
import type { Logger } from "@/server/logger";
import type { Actor } from "@/server/policy/policy";
import type { GpuFeed, PressureFeed } from "./gpu-feed";
import type { TokenFeed } from "./token-feed";
import { answerEvent } from "./answer-event";
import { ACCESS_ENDED, type WatchActor } from "./access-ended";
import { MessageRate } from "./message-rate";
import { SOCKET_IO_PATH, socketPolicies } from "./realtime-policies";
import { SlowReaders } from "./slow-readers";

const MAX_FRAME_BYTES = 65_536;
/** Slow clients are put here and left out of the broadcast. No client can join it: names are checked. */
const SLOW_ROOM = "slow readers";

interface SocketData {
  actor: Actor;
  requestId: string;
}

export type LiveServer = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>;
export type LiveSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

export interface LiveSockets {
  endpoint: SocketEndpoint;
  count(): number;
  /** Closes every connection; clients see a lost transport and come back with jitter. */
  stop(): Promise<void>;
}

/** socket.io over WebSockets alone: rooms of GPU ticks, and one of what happens to prompts. One tick is encoded once a room, for all of its clients. */
export function createLiveSockets({
  feed,
  pressure,
  tokens,
  watch,
  logger,
  monotonicMs = () => performance.now(),
}: {
  feed: GpuFeed;
  pressure: PressureFeed;
  tokens: TokenFeed;
  watch: WatchActor;
  logger: Logger;
  /** Measures how long a client has not read; the wall clock may be set meanwhile. */
  monotonicMs?: () => number;
}): LiveSockets {
  // engine.io puts listeners of its own on the server that it is attached to; this one never listens.
  const decoy = createServer();
  const io: LiveServer = new Server({
    path: SOCKET_IO_PATH,
    serveClient: false,
    transports: ["websocket"],
    allowUpgrades: false,
    allowEIO3: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    destroyUpgrade: false,
  });
  io.attach(decoy);
  const asked = new WeakMap<IncomingMessage, SocketData>();
  io.on("connection", (socket) => {
    const data = asked.get(socket.request);
    if (data) {
      serve(socket, data, logger);
      endWithAccess(socket, watch);
    } else socket.disconnect(true);
  });
  const slow = new SlowReaders<LiveSocket>();
  const ends = [
    feed.onTick((tick) => {
      setSlowAside(io, slow, monotonicMs());
      broadcastTick(io, tick);
    }),
    feed.onSources((change) => {
      io.to("gpus").except(SLOW_ROOM).emit("gpu:sources", change);
    }),
    // Once to a client that is in both rooms. A slow one asks again when it reads ticks.
    pressure.onChange((change) => {
      const rooms = ["gpus", `gpu:${change.gpu.gpuUuid}`];
      io.to(rooms).except(SLOW_ROOM).emit("gpu:pressure", change);
    }),
    tokens.onCut((cut) => {
      io.to("tokens").except(SLOW_ROOM).emit("tokens:cut", cut);
    }),
    tokens.onBudgetMark((mark) => {
      io.to("tokens").except(SLOW_ROOM).emit("tokens:budget-mark", mark);
    }),
  ];
  return {
    endpoint: {
      path: SOCKET_IO_PATH,
      policy: socketPolicies[SOCKET_IO_PATH],
      accept(upgrade) {
        const refusal = refusalOf(upgrade);
        if (refusal) return refusal;
        const { req, socket, head, actor, requestId } = upgrade;
        asked.set(req, { actor, requestId });
        decoy.emit("upgrade", req, socket, head);
        return null;
      },
    },
    count: () => io.of("/").sockets.size,
    async stop() {
      for (const end of ends) end();
      await io.close();
    },
  };
}

/** Protocol 4, a fresh WebSocket: there is no polling to come from, so a session id is wrong. */
function refusalOf({ query }: Upgrade): HttpError | null {
  const isPlain =
    query.get("EIO") === "4" && query.get("transport") === "websocket" && !query.has("sid");
  if (isPlain) return null;
  return {
    status: 400,
    code: "INVALID",
    message: "Connect with socket.io 4 and transports: ['websocket'].",
  };
}

function serve(socket: LiveSocket, data: SocketData, logger: Logger): void {
  socket.data = data;
  const rate = new MessageRate();
  // Everything is answered here, so `next` is never called and nothing reaches a listener.
  socket.use((packet) => {
    if (rate.exceeds(performance.now())) {
      logger.debug({ requestId: data.requestId }, "Socket closed: too many events");
      socket.disconnect(true);
      return;
    }
    answerEvent(socket, packet);
  });
  socket.on("error", (error) => {
    logger.debug({ err: error, requestId: data.requestId }, "Socket error");
  });
}

/** Says why before it closes, so that a page can tell. */
function endWithAccess(socket: LiveSocket, watch: WatchActor): void {
  const off = watch(socket.data.actor, () => {
    socket.emit("access:ended", { message: ACCESS_ENDED });
    socket.disconnect(true);
  });
  socket.on("disconnect", off);
}

function setSlowAside(io: LiveServer, slow: SlowReaders<LiveSocket>, monotonicMs: number): void {
  for (const socket of io.of("/").sockets.values()) {
    const isDrained = socket.conn.transport.writable;
    const treatment = slow.treat(socket, { isDrained }, monotonicMs);
    if (treatment === "drop") socket.disconnect(true);
    const isAside = socket.rooms.has(SLOW_ROOM);
    if (treatment === "send" && isAside) void socket.leave(SLOW_ROOM);
    if (treatment === "skip" && !isAside) void socket.join(SLOW_ROOM);
  }
}

// Not `volatile`: that drops a tick whenever a ping, an answer or another room's tick left in the same moment, also for a
// client that reads well. The adapter encodes a broadcast once and hands the ready frame to each socket.
function broadcastTick(io: LiveServer, tick: GpuTick): void {
  io.to("gpus").except(SLOW_ROOM).emit("gpu:tick", tick);
  const { rooms } = io.of("/").adapter;
  for (const sample of tick.samples) {
    const room = `gpu:${sample.gpuUuid}`;
    if (rooms.has(room))
      io.to(room)
        .except(SLOW_ROOM)
        .emit("gpu:tick", { ...tick, samples: [sample] });
  }
}
