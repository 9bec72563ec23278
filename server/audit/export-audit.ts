import { setImmediate } from "node:timers/promises";
import type { AuditExportRequest } from "@/domain/audit/audit-entry";
import { type CsvCell, csvRows } from "@/domain/chart/csv";
import type { AuditContext } from "./audit-context";
import { hexOf } from "./audit-hash";
import { auditEntryOf, type ChainRow } from "./audit-read-store";
import { fromDatabase } from "./from-database";

const ROWS_A_PART = 500;

/** Every column of a row, so that a copy can be checked without the database: times in ISO 8601, hashes as hex. */
const columns = [
  "sequence",
  "at",
  "actor_kind",
  "actor_id",
  "actor_name",
  "action",
  "target",
  "before",
  "after",
  "address",
  "request_id",
  "previous_hash",
  "hash",
] as const;

function cellsOf(row: ChainRow): Record<(typeof columns)[number], CsvCell> {
  const entry = auditEntryOf(row);
  return {
    sequence: entry.sequence,
    at: new Date(entry.atMs).toISOString(),
    actor_kind: entry.actorKind,
    actor_id: entry.actorId,
    actor_name: entry.actorName,
    action: entry.action,
    target: entry.target,
    before: entry.before,
    after: entry.after,
    address: entry.address,
    request_id: entry.requestId,
    previous_hash: hexOf(row.previousHash),
    hash: entry.hash,
  };
}

const formats = {
  csv: {
    contentType: "text/csv; charset=utf-8",
    head: csvRows([columns]),
    rows: (rows: readonly ChainRow[]) => csvRows(rows.map((row) => Object.values(cellsOf(row)))),
  },
  ndjson: {
    contentType: "application/x-ndjson; charset=utf-8",
    head: "",
    rows: (rows: readonly ChainRow[]) =>
      rows.map((row) => `${JSON.stringify(cellsOf(row))}\n`).join(""),
  },
};

export interface RunningAuditExport {
  contentType: string;
  totalRows: number;
  parts: AsyncIterable<string>;
}

/**
 * Rows that match, oldest first; those that are written meanwhile stay out. Reads on only when a part was taken, and stops when the
 * signal is aborted. Throws UNAVAILABLE.
 */
export async function exportAudit(
  { store }: Pick<AuditContext, "store">,
  { format: name, ...filter }: AuditExportRequest,
  signal: AbortSignal,
): Promise<RunningAuditExport> {
  const format = formats[name];
  const { upTo, totalRows } = await fromDatabase(async () => {
    const { lastSequence } = await store.readEnd();
    return { upTo: lastSequence, totalRows: await store.count(filter, { upTo: lastSequence }) };
  });

  async function* parts(): AsyncGenerator<string> {
    if (format.head !== "") yield format.head;
    let above: bigint | undefined;
    while (!signal.aborted) {
      const page = { above, upTo, limit: ROWS_A_PART, order: "asc" } as const;
      const rows = await fromDatabase(() => store.readRows(filter, page));
      if (rows.length > 0) yield format.rows(rows);
      if (rows.length < ROWS_A_PART) return;
      above = rows.at(-1)?.sequence;
      await setImmediate(); // others have their turn between two parts
    }
  }

  return { contentType: format.contentType, totalRows, parts: parts() };
}
