import type { Actor } from "@/server/policy/policy";

/** Who changes something, from where, in which request. */
export interface AuditOrigin {
  actorKind: "session" | "key" | "anonymous" | "system";
  actorId: string | null;
  actorName: string;
  address: string;
  requestId: string;
  atMs: number;
}

/** Of a procedure or route. */
export function auditOriginOf({
  actor,
  requestId,
  nowMs,
}: {
  actor: Actor;
  requestId: string;
  nowMs: () => number;
}): AuditOrigin {
  return {
    actorKind: actor.via,
    actorId: actor.id,
    actorName: actor.name,
    address: actor.address,
    requestId,
    atMs: nowMs(),
  };
}
