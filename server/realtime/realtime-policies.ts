import type { ClientEvents, RoomName } from "@/domain/realtime/realtime-events";
import type { Policy } from "@/server/policy/policy";

export const SOCKET_IO_PATH = "/socket.io/";
export const SYSTEM_SOCKET_PATH = "/ws/system";

/** Who may open a socket, by address. */
export const socketPolicies = {
  [SOCKET_IO_PATH]: "viewer",
  [SYSTEM_SOCKET_PATH]: "viewer",
} as const satisfies Record<string, Policy>;

/** Who may send an event. An event that is not in this table is answered with an error. */
export const eventPolicies: Readonly<Record<keyof ClientEvents, Policy>> = {
  join: "viewer",
  leave: "viewer",
};

export type RoomKind = "gpus" | "gpu" | "tokens";

/** Who may be in a room. */
export const roomPolicies: Readonly<Record<RoomKind, Policy>> = {
  gpus: "viewer",
  gpu: "viewer",
  tokens: "viewer",
};

export function roomKindOf(room: RoomName): RoomKind {
  return room === "gpus" || room === "tokens" ? room : "gpu";
}
