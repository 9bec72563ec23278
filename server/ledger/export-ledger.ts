import { setImmediate } from "node:timers/promises";
import { type CsvCell, csvRows } from "@/domain/chart/csv";
import type { LedgerEntry, LedgerExportRequest } from "@/domain/tokens/usage-history";
import { fromDatabase } from "./from-database";
import { keptRange } from "./kept-range";
import type { LedgerContext } from "./ledger-context";
import { ledgerEntryOf } from "./list-ledger";
import type { LedgerPlace } from "./validation-read-store";

const ROWS_A_PART = 500;

function valuesOf(entry: LedgerEntry) {
  return {
    id: entry.id,
    recorded_at: new Date(entry.recordedAtMs).toISOString(),
    service: entry.service,
    model: entry.model,
    request_id: entry.requestId,
    trace_id: entry.traceId,
    key_id: entry.keyId,
    profile_id: entry.profileId,
    tokens: entry.tokens,
    final_tokens: entry.finalTokens,
    available_tokens: entry.availableTokens,
    context_window: entry.contextWindow,
    max_output_tokens: entry.maxOutputTokens,
    utilization: entry.utilization,
    outcome: entry.outcome,
    truncated: entry.wasTruncated,
    removed: entry.removed,
    method_kind: entry.method.kind,
    method_name: entry.method.name,
    method_warning: entry.method.warning,
    reported_prompt_tokens: entry.reported?.promptTokens ?? null,
    reported_completion_tokens: entry.reported?.completionTokens ?? null,
    lost_tokens: entry.lostTokens,
  };
}

type Values = ReturnType<typeof valuesOf>;
const columns = [
  "id",
  "recorded_at",
  "service",
  "model",
  "request_id",
  "trace_id",
  "key_id",
  "profile_id",
  "tokens",
  "final_tokens",
  "available_tokens",
  "context_window",
  "max_output_tokens",
  "utilization",
  "outcome",
  "truncated",
  "removed",
  "method_kind",
  "method_name",
  "method_warning",
  "reported_prompt_tokens",
  "reported_completion_tokens",
  "lost_tokens",
] as const satisfies (keyof Values)[];

function cellOf(value: Values[keyof Values]): CsvCell {
  if (typeof value === "boolean") return String(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

const formats = {
  csv: {
    contentType: "text/csv; charset=utf-8",
    head: csvRows([columns]),
    rows: (rows: readonly Values[]) =>
      csvRows(rows.map((row) => columns.map((column) => cellOf(row[column])))),
  },
  ndjson: {
    contentType: "application/x-ndjson; charset=utf-8",
    head: "",
    rows: (rows: readonly Values[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  },
};

export interface RunningLedgerExport {
  contentType: string;
  totalRows: number;
  parts: AsyncIterable<string>;
}

/**
 * Validations that match, newest first; those that come meanwhile stay out. Never a text. Reads on only when a part was taken, and stops
 * when the signal is aborted. Throws UNAVAILABLE.
 */
export async function exportLedger(
  ctx: LedgerContext,
  { format: name, ...request }: LedgerExportRequest,
  signal: AbortSignal,
): Promise<RunningLedgerExport> {
  const format = formats[name];
  const filter = keptRange(ctx, request);
  const { upToId, totalRows } = await fromDatabase(async () => {
    const lastId = await ctx.validations.readLastId();
    return { upToId: lastId, totalRows: await ctx.validations.count(filter, lastId) };
  });

  async function* parts(): AsyncGenerator<string> {
    if (format.head !== "") yield format.head;
    let behind: LedgerPlace | undefined;
    while (!signal.aborted) {
      const page = { limit: ROWS_A_PART, behind, upToId };
      const rows = await fromDatabase(() => ctx.validations.readPage(filter, page));
      if (rows.length > 0) yield format.rows(rows.map((row) => valuesOf(ledgerEntryOf(ctx, row))));
      if (rows.length < ROWS_A_PART) return;
      behind = rows.at(-1);
      await setImmediate(); // others have their turn between two parts
    }
  }

  return { contentType: format.contentType, totalRows, parts: parts() };
}
