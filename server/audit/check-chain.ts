import type { AuditCheck } from "@/domain/audit/audit-entry";
import { FIRST_HASH, hashEntry, hexOf } from "./audit-hash";
import type { AuditReadStore, ChainRow } from "./audit-read-store";
import { explainBreak, headIsGone, problemAtEnd } from "./explain-break";

/** A row holds some 33 KiB at most, so a page is far below what a portal can spare. */
const ROWS_A_PAGE = 500;

type ChainStore = Pick<AuditReadStore, "readRows" | "readEnd">;

export interface CheckedChain extends Omit<AuditCheck, "checkedAtMs"> {
  /** Of the row whose hash was expected; null when nothing was, or it was not found. */
  expectedSequence: number | null;
}

/** All rows from the first to `upTo`, in pages, each read when it is asked for. */
async function* readChain(store: ChainStore, upTo: bigint): AsyncGenerator<ChainRow[]> {
  let above: bigint | undefined;
  for (;;) {
    const rows = await store.readRows({}, { above, upTo, limit: ROWS_A_PAGE, order: "asc" });
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_A_PAGE) return;
    above = rows.at(-1)?.sequence;
  }
}

/**
 * Walks the chain from its first row to its head and stops at the first row that is not what it was. Rows that are added meanwhile are
 * left to the next check. `expectedHash` (hex) is looked for among the rows and the empty chain: it may be of an earlier head.
 */
export async function checkChain(
  store: ChainStore,
  { expectedHash = null, signal }: { expectedHash?: string | null; signal?: AbortSignal } = {},
): Promise<CheckedChain> {
  const { head, lastSequence } = await store.readEnd();
  let hash: Uint8Array = FIRST_HASH;
  let rows = 0n;
  let expectedSequence = expectedHash === hexOf(FIRST_HASH) ? 0 : null;
  const chain = () => readChain(store, lastSequence);
  const found = (firstProblem: AuditCheck["firstProblem"]): CheckedChain => ({
    rows: Number(rows),
    headHash: hexOf(head?.hash ?? FIRST_HASH),
    firstProblem,
    expectedSequence,
  });

  if (!head) return found(headIsGone());
  for await (const page of readChain(store, head.sequence)) {
    signal?.throwIfAborted();
    for (const row of page) {
      const at = { sequence: rows + 1n, previousHash: hash };
      if (!isNext(row, at)) return found(await explainBreak({ row, at, lastSequence, chain }));
      hash = row.hash;
      rows = row.sequence;
      if (expectedHash !== null && hexOf(hash) === expectedHash) expectedSequence = Number(rows);
    }
  }
  return found(problemAtEnd({ head, lastSequence }, { sequence: rows, hash }));
}

/** True when the row is the one that was written as this one of the chain. */
function isNext(row: ChainRow, at: { sequence: bigint; previousHash: Uint8Array }): boolean {
  return (
    row.sequence === at.sequence &&
    Buffer.compare(row.previousHash, at.previousHash) === 0 &&
    Buffer.compare(row.hash, hashEntry(at.previousHash, row)) === 0
  );
}
