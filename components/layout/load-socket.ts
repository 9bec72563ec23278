import type { Socket } from "socket.io-client";
import type { ClientEvents, ServerEvents } from "@/domain/realtime/realtime-events";
import type { LiveSocket } from "./live-store";

/** Loads the socket client, so that the first page does not wait for it. Reconnecting is the store's work. */
export async function loadSocket(): Promise<LiveSocket> {
  const { io } = await import("socket.io-client");
  const socket: Socket<ServerEvents, ClientEvents> = io({
    transports: ["websocket"],
    autoConnect: false,
    reconnection: false,
  });
  return {
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    emit: (event, room, answer) => {
      if (event === "join") socket.emit("join", room, answer ?? (() => undefined));
      else socket.emit("leave", room);
    },
    onTick: (listener) => void socket.on("gpu:tick", listener),
    onSources: (listener) => void socket.on("gpu:sources", listener),
    onPressure: (listener) => void socket.on("gpu:pressure", listener),
    onTokens: (listener) => {
      socket.on("tokens:cut", (cut) => {
        listener({ kind: "cut", cut });
      });
      socket.on("tokens:budget-mark", (mark) => {
        listener({ kind: "budget-mark", mark });
      });
    },
    onOpen: (listener) => void socket.on("connect", listener),
    onEnd: (listener) => {
      socket.on("connect_error", listener);
      socket.on("disconnect", listener);
    },
  };
}
