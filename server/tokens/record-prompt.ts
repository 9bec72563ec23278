import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { type Actor, isAtLeast } from "@/server/policy/policy";
import type { TokensContext } from "./tokens-context";

const MAX_SERVICE_LENGTH = 128;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Who asks, when, and under which id. */
export interface Caller {
  actor: Actor;
  requestId: string;
  nowMs: () => number;
  signal: AbortSignal;
}

/** What the caller may say of itself in a request. */
export interface CallerFields {
  service?: string | undefined;
  requestId?: string | undefined;
  traceId?: string | undefined;
}

type Origin = Pick<
  ValidationRecord,
  "recordedAtMs" | "service" | "keyId" | "requestId" | "traceId"
>;

/** Services, and people who may change something: what anybody else asks is a dry run, so that reading changes no figure. */
export function isRecordedFor({ mayIngest, role }: Actor): boolean {
  return mayIngest || isAtLeast(role, "operator");
}

/** Who does not name a service is known by the name of its key: the profile's overrides for it count, too. */
export function serviceOf({ actor }: Caller, { service }: CallerFields): string {
  return service ?? (actor.name.slice(0, MAX_SERVICE_LENGTH).trim() || "unnamed");
}

export function originOf(caller: Caller, fields: CallerFields): Origin {
  const { actor, requestId, nowMs } = caller;
  return {
    recordedAtMs: nowMs(),
    service: serviceOf(caller, fields),
    // That of INITIAL_ADMIN_KEY_FILE stands in no row, and has no UUID.
    keyId: actor.via === "key" && UUID.test(actor.id ?? "") ? actor.id : null,
    requestId: fields.requestId ?? requestId,
    traceId: fields.traceId ?? null,
  };
}

/** Answers whether it was stored. */
export async function recordPrompt(
  ctx: TokensContext,
  caller: Caller,
  { record, text }: { record: ValidationRecord; text: string },
): Promise<boolean> {
  return isRecordedFor(caller.actor) && (await ctx.ledger.record(record, text));
}
