import type { Prisma } from "@/prisma/generated/client";
import { hashEntry } from "./audit-hash";
import type { AuditOrigin } from "./audit-origin";
import { recordableJson } from "./recordable-json";
import { recordableText } from "./recordable-text";

/**
 * What was changed. `before` and `after` are plain objects; null where there was or is nothing. Only keys of the list in
 * recordable-json.ts are recorded, and of each at most 16 KiB.
 */
export interface AuditDraft {
  /** `<thing>.<what>` in lower case. */
  action: string;
  /** For a person: an e-mail address, a name. */
  target: string;
  before: object | null;
  after: object | null;
}

const ACTION = /^[a-z][a-z-]{0,39}\.[a-z][a-z-]{0,39}$/;
const MAX_LENGTHS = { actorId: 64, actorName: 254, target: 254, address: 64, requestId: 128 };

/**
 * Writes one row at the end of the chain, inside the transaction of the change itself: both are there or neither is. The head's row
 * is locked until that transaction ends, so rows come one after the other, also from several portals.
 *
 * Call it LAST in the transaction. Whoever holds the head then waits for nothing else, so no two can wait for each other, and
 * the head is held for as short as can be.
 */
export async function appendAudit(
  transaction: Prisma.TransactionClient,
  origin: AuditOrigin,
  draft: AuditDraft,
): Promise<void> {
  const row = rowOf(origin, draft);
  const [head] = await transaction.$queryRaw<{ sequence: bigint; hash: Uint8Array }[]>`
    SELECT "sequence", "hash" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
  if (!head) throw new Error("The audit has lost its head: run npm run audit:verify.");
  const { atMs, ...columns } = { ...row, sequence: head.sequence + 1n };
  const previousHash = Buffer.from(head.hash);
  const hash = hashEntry(previousHash, { ...columns, atMs });
  await transaction.auditEntry.create({
    data: { ...columns, at: new Date(atMs), previousHash, hash },
  });
  await transaction.auditHead.update({
    where: { id: 1 },
    data: { sequence: columns.sequence, hash },
  });
}

/** Bounded before it is hashed: the hash is over exactly what is stored. Throws when the action is not of our form. */
function rowOf(origin: AuditOrigin, { action, target, before, after }: AuditDraft) {
  if (!ACTION.test(action)) throw new Error(`The audit knows no action of the form of ${action}.`);
  const text = (name: keyof typeof MAX_LENGTHS, value: string) =>
    recordableText(value, MAX_LENGTHS[name]);
  return {
    atMs: Math.trunc(origin.atMs), // the column holds milliseconds
    actorKind: origin.actorKind,
    actorId: origin.actorId === null ? null : text("actorId", origin.actorId),
    actorName: text("actorName", origin.actorName),
    action,
    target: text("target", target),
    before: recordableJson(before),
    after: recordableJson(after),
    address: text("address", origin.address),
    requestId: text("requestId", origin.requestId),
  };
}
