import { type JoinAnswer, RoomName } from "@/domain/realtime/realtime-events";
import { isAllowed, refusalOf } from "@/server/policy/policy";
import type { LiveSocket } from "./live-sockets";
import { eventPolicies, roomKindOf, roomPolicies } from "./realtime-policies";

/** A page needs a few; more is a client that fills our memory. */
const MAX_ROOMS = 64;

/**
 * Answers one event of a client: its name, payload and policy are checked here and nowhere else. Whatever comes, the answer
 * is `{ ok, message?, requestId? }` to the callback that the client gave, if it gave one.
 */
export function answerEvent(socket: LiveSocket, packet: readonly unknown[]): void {
  const [event, ...rest] = packet;
  const last = rest.at(-1);
  const payload = typeof last === "function" ? rest.slice(0, -1) : rest;
  const problem = handle(socket, event, payload);
  if (typeof last !== "function") return;
  const { requestId } = socket.data;
  const answer: JoinAnswer =
    problem === null ? { ok: true } : { ok: false, message: problem, requestId };
  (last as (answer: JoinAnswer) => void)(answer);
}

/** Null when done, else what is wrong. */
function handle(socket: LiveSocket, event: unknown, payload: readonly unknown[]): string | null {
  if (!isEvent(event)) return "There is no such event.";
  const { actor } = socket.data;
  if (!isAllowed(actor, eventPolicies[event]))
    return refusalOf(actor, eventPolicies[event]).message;
  const room = RoomName.safeParse(payload[0]);
  if (payload.length !== 1 || !room.success) return "Name one room: gpus, gpu:<uuid>, or tokens.";
  if (event === "leave") {
    void socket.leave(room.data);
    return null;
  }
  const policy = roomPolicies[roomKindOf(room.data)];
  if (!isAllowed(actor, policy)) return refusalOf(actor, policy).message;
  if (socket.rooms.size >= MAX_ROOMS) return `A client may be in ${MAX_ROOMS} rooms at most.`;
  void socket.join(room.data);
  return null;
}

function isEvent(event: unknown): event is keyof typeof eventPolicies {
  return typeof event === "string" && Object.hasOwn(eventPolicies, event);
}
