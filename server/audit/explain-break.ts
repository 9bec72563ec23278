import type { AuditCheck } from "@/domain/audit/audit-entry";
import { hashEntry } from "./audit-hash";
import type { AuditEnd, ChainRow } from "./audit-read-store";

export type AuditProblem = NonNullable<AuditCheck["firstProblem"]>;

/** How far behind the last row a removed and renumbered one is looked for. */
const MAX_RENUMBERED = 10_000n;

interface Break {
  /** What stands in the place, or behind it when nothing stands there. */
  row: ChainRow;
  /** Where the chain broke: the number that should follow, and the hash that it should follow. */
  at: { sequence: bigint; previousHash: Uint8Array };
  lastSequence: bigint;
  /** Reads all rows. */
  chain: () => AsyncIterable<readonly ChainRow[]>;
}

/**
 * What happened to the row at which the chain breaks. All rows are read once more: the one that belongs here may stand elsewhere
 * (reordered), what stands here may have been written as another (reordered) or later one (the ones between were removed).
 */
export async function explainBreak(found: Break): Promise<AuditProblem> {
  const { row, at, lastSequence } = found;
  const place = Number(at.sequence);
  const isGap = row.sequence !== at.sequence;
  let writtenAs: bigint | null = null;
  for await (const page of found.chain()) {
    for (const other of page) {
      if (other.sequence === at.sequence) continue;
      if (isWrittenAs(other, at))
        return problem("reordered", place, `it stands as number ${other.sequence} now`);
      if (isGap) continue;
      if (hasContentOf(row, other))
        return problem("reordered", place, `it holds what was written as number ${other.sequence}`);
      if (other.sequence > at.sequence && isWrittenAs(row, { ...row, sequence: other.sequence }))
        writtenAs = other.sequence;
    }
  }
  if (isGap) return removed(at.sequence, row.sequence - 1n);
  writtenAs ??= renumberedFrom(row, lastSequence);
  if (writtenAs === null) return problem("edited", place, "what it says is not what was written");
  return removed(at.sequence, writtenAs - 1n);
}

/** What is wrong behind the last row that is in order; null: nothing. */
export function problemAtEnd(
  { head, lastSequence }: AuditEnd & { head: NonNullable<AuditEnd["head"]> },
  last: { sequence: bigint; hash: Uint8Array },
): AuditProblem | null {
  if (last.sequence < head.sequence) return removed(last.sequence + 1n, head.sequence);
  if (lastSequence > head.sequence)
    return problem(
      "edited",
      Number(head.sequence + 1n),
      `the head says that row ${head.sequence} is the last one: the head was set back, or the row was added by hand`,
    );
  if (Buffer.compare(last.hash, head.hash) !== 0)
    return problem(
      "edited",
      Math.max(1, Number(head.sequence)),
      "the head was written for another last row: the row or the head was edited",
    );
  return null;
}

export function headIsGone(): AuditProblem {
  return problem(
    "removed",
    1,
    "the head of the audit is gone, so nothing says how many there were",
  );
}

/** True when its hash is the one that it had as this row of the chain. */
function isWrittenAs(row: ChainRow, at: { sequence: bigint; previousHash: Uint8Array }): boolean {
  if (Buffer.compare(row.previousHash, at.previousHash) !== 0) return false; // of a million rows nearly all
  const hash = hashEntry(at.previousHash, { ...row, sequence: at.sequence });
  return Buffer.compare(hash, row.hash) === 0;
}

/** True when the hash of `other` is over what `row` says. */
function hasContentOf(row: ChainRow, other: ChainRow): boolean {
  const hash = hashEntry(other.previousHash, { ...row, sequence: other.sequence });
  return Buffer.compare(hash, other.hash) === 0;
}

/** The number beyond the last row that it was written as; null: none. */
function renumberedFrom(row: ChainRow, lastSequence: bigint): bigint | null {
  for (let sequence = lastSequence + 1n; sequence <= lastSequence + MAX_RENUMBERED; sequence++)
    if (isWrittenAs(row, { ...row, sequence })) return sequence;
  return null;
}

function removed(from: bigint, to: bigint): AuditProblem {
  const what = from === to ? "it is gone" : `it is gone, and so are all up to number ${to}`;
  return problem("removed", Number(from), what);
}

function problem(kind: AuditProblem["problem"], sequence: number, what: string): AuditProblem {
  return { sequence, problem: kind, sentence: `Row ${sequence} was ${kind}: ${what}.` };
}
