import type { Prisma } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";
import { storableText } from "./storable-text";
import {
  type CutPrompt,
  type RemovalChange,
  type ReportedUsage,
  type UsageChange,
  UsageChanges,
} from "./usage-change";

/** PostgreSQL's `integer`. */
const MAX_INTEGER = 2_147_483_647;
const whole = (value: number) => Math.min(MAX_INTEGER, Math.trunc(value));

/** A column: how the statement calls and types it, and the array literal that it is given. */
interface Column<Row> {
  name: string;
  type: string;
  literal: (rows: readonly Row[]) => string;
  /** How it is read from the array; left out: as it is. */
  read?: string;
}

function numberColumn<Row>(name: string, type: string, of: (row: Row) => number | null) {
  const literal = (rows: readonly Row[]) =>
    numberArrayLiteral(rows.length, (at) => {
      const row = rows[at];
      return row === undefined ? null : of(row);
    });
  return { name, type, literal };
}

function textColumn<Row>(name: string, of: (row: Row) => string | null): Column<Row> {
  return { name, type: "text", literal: (rows) => textArrayLiteral(rows.map(of)) };
}

/** Counts of buckets: `unnest` would flatten a list of lists, so each travels as a text. */
function countsColumn(name: string, of: (row: UsageChange) => number[]): Column<UsageChange> {
  const text = textColumn<UsageChange>(name, (row) => `{${of(row).join(",")}}`);
  return { ...text, read: `c.${name}::int[]` };
}

function timeColumn<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return {
    ...numberColumn(name, "float8", of),
    read: `to_timestamp(c.${name} / 1000)`,
  };
}

const usageColumns: readonly Column<UsageChange>[] = [
  numberColumn("step_seconds", "int", (row) => row.stepSeconds),
  timeColumn("at", (row) => row.atMs),
  textColumn("service", (row) => row.service),
  textColumn("model", (row) => row.model),
  numberColumn("prompts", "bigint", (row) => row.prompts),
  numberColumn("tokens_sum", "bigint", (row) => row.tokensSum),
  numberColumn("tokens_max", "int", (row) => whole(row.tokensMax)),
  numberColumn("utilization_sum", "float8", (row) => row.utilizationSum),
  numberColumn("utilization_max", "float8", (row) => row.utilizationMax),
  countsColumn("utilization_counts", (row) => row.utilizationCounts),
  countsColumn("size_counts", (row) => row.sizeCounts),
  countsColumn("cut_counts", (row) => row.cutCounts),
  numberColumn("warnings", "bigint", (row) => row.warnings),
  numberColumn("over", "bigint", (row) => row.over),
  numberColumn("truncated", "bigint", (row) => row.truncated),
  numberColumn("silent_cuts", "bigint", (row) => row.silentCuts),
  numberColumn("reported_prompt_tokens", "bigint", (row) => row.reportedPromptTokens),
  numberColumn("reported_completion_tokens", "bigint", (row) => row.reportedCompletionTokens),
  timeColumn("newest_at", ({ newest }) => newest && Math.trunc(newest.recordedAtMs)),
  numberColumn("newest_context_window", "int", ({ newest }) =>
    newest ? whole(newest.contextWindow) : null,
  ),
  numberColumn("newest_available_tokens", "int", ({ newest }) =>
    newest ? whole(newest.availableTokens) : null,
  ),
  textColumn("newest_method_kind", ({ newest }) => newest?.method.kind ?? null),
  textColumn("newest_method_name", ({ newest }) => newest && storableText(newest.method.name)),
  textColumn("newest_method_warning", ({ newest }) =>
    newest?.method.warning ? storableText(newest.method.warning) : null,
  ),
];

const removalColumns: readonly Column<RemovalChange>[] = [
  numberColumn("step_seconds", "int", (row) => row.stepSeconds),
  timeColumn("at", (row) => row.atMs),
  textColumn("service", (row) => row.service),
  textColumn("model", (row) => row.model),
  textColumn("section", (row) => row.section),
  numberColumn("prompts", "bigint", (row) => row.prompts),
  numberColumn("saved_tokens", "bigint", (row) => row.savedTokens),
];

const sum = (name: string) => `${name} = t.${name} + excluded.${name}`;
const greatest = (name: string) => `${name} = greatest(t.${name}, excluded.${name})`;
// `unnest` of two lists goes as far as the longer one.
const addCounts = (name: string) => `${name} = CASE
    WHEN cardinality(excluded.${name}) = 0 THEN t.${name}
    ELSE ARRAY(
      SELECT coalesce(b.known, 0) + coalesce(b.added, 0)
      FROM unnest(t.${name}, excluded.${name}) WITH ORDINALITY AS b (known, added, place) ORDER BY b.place
    ) END`;
const ofNewest = (name: string) => `${name} = CASE
    WHEN t.newest_at IS NULL OR excluded.newest_at >= t.newest_at THEN excluded.${name} ELSE t.${name} END`;

function upsertStatement<Row>(options: {
  table: string;
  columns: readonly Column<Row>[];
  key: string;
  changes: readonly string[];
}): string {
  const { table, columns, key, changes } = options;
  const names = columns.map(({ name }) => name);
  const parameters = columns.map(({ type }, i) => `$${i + 1}::${type}[]`);
  const read = columns.map((column) => column.read ?? `c.${column.name}`);
  return `
INSERT INTO ${table} AS t (${names.join(", ")})
SELECT ${read.join(", ")}
FROM unnest(${parameters.join(", ")}) WITH ORDINALITY AS c (${names.join(", ")}, place)
ORDER BY c.place
ON CONFLICT (${key}) DO UPDATE SET
  ${changes.join(",\n  ")}`;
}

const usageUpsert = upsertStatement({
  table: "token_usage",
  columns: usageColumns,
  key: "step_seconds, at, service, model",
  changes: [
    ...["prompts", "tokens_sum", "utilization_sum", "warnings", "over", "truncated"].map(sum),
    ...["silent_cuts", "reported_prompt_tokens", "reported_completion_tokens"].map(sum),
    ...["tokens_max", "utilization_max"].map(greatest),
    ...["utilization_counts", "size_counts", "cut_counts"].map(addCounts),
    ...["newest_context_window", "newest_available_tokens"].map(ofNewest),
    ...["newest_method_kind", "newest_method_name", "newest_method_warning"].map(ofNewest),
    greatest("newest_at"),
  ],
});

const removalUpsert = upsertStatement({
  table: "token_removals",
  columns: removalColumns,
  key: "step_seconds, at, service, model, section",
  changes: ["prompts", "saved_tokens"].map(sum),
});

/** A statement with its parameters, to be run in a transaction. */
export interface BoundStatement {
  statement: string;
  parameters: (string | null)[];
}

function bind<Row>(
  statement: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): BoundStatement[] {
  if (rows.length === 0) return [];
  return [{ statement, parameters: columns.map(({ literal }) => literal(rows)) }];
}

/** What adds the changes to the roll-ups: always in this order, of tables and of rows. */
export function usageStatements(changes: UsageChanges): BoundStatement[] {
  return [
    ...bind(usageUpsert, usageColumns, changes.usage),
    ...bind(removalUpsert, removalColumns, changes.removals),
  ];
}

const MARK_CUT = `
UPDATE token_validations v SET lost_tokens = c.lost_tokens
FROM unnest($1::bigint[], $2::int[]) AS c (id, lost_tokens)
WHERE v.id = c.id`;

/**
 * Adds what servers reported, and prompts that they cut, to the roll-ups, inside the transaction that stores the reports. Call it ONCE
 * a transaction, and after it lock nothing that another transaction may hold before its own call: rows are written in the order of
 * their keys, so that no two wait for each other. Each cut is counted once: give only those that are new.
 */
export async function addUsage(
  transaction: Prisma.TransactionClient,
  { reports, cuts }: { reports: readonly ReportedUsage[]; cuts: readonly CutPrompt[] },
): Promise<void> {
  const changes = new UsageChanges();
  for (const report of reports) changes.addReport(report);
  for (const cut of cuts) changes.addCut(cut);
  if (cuts.length > 0) {
    const sorted = [...cuts].sort((a, b) => (a.validationId < b.validationId ? -1 : 1));
    const ids = `{${sorted.map((cut) => cut.validationId.toString()).join(",")}}`;
    const lost = numberArrayLiteral(sorted.length, (at) => whole(sorted[at]?.lostTokens ?? 0));
    await transaction.$executeRawUnsafe(MARK_CUT, ids, lost);
  }
  for (const { statement, parameters } of usageStatements(changes))
    await transaction.$executeRawUnsafe(statement, ...parameters);
}
