import type { Prisma } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";

/** Names a report: a second one with the same changes nothing. */
export interface ReportPair {
  service: string;
  requestId: string;
}

/** A report as it is stored. Times in epoch milliseconds. */
export interface NewReport extends ReportPair {
  model: string;
  promptTokens: number;
  completionTokens: number;
  traceId: string | null;
  /** Null: it came without a key. */
  keyId: string | null;
  atMs: number;
  /** Of BUDGET_TIME_ZONE: `2026-11-24`. */
  day: string;
  hourAtMs: number;
}

export const pairKeyOf = ({ service, requestId }: ReportPair) => `${service}\u0000${requestId}`;

/** In the order in which everybody writes them. */
export function inPairOrder<Pair extends ReportPair>(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted((a, b) => (pairKeyOf(a) < pairKeyOf(b) ? -1 : 1));
}

export function numbersOf<Row>(rows: readonly Row[], of: (row: Row) => number): string {
  return numberArrayLiteral(rows.length, (at) => {
    const row = rows[at];
    return row === undefined ? null : of(row);
  });
}

const INSERT = `
INSERT INTO token_reports (service, request_id, model, key_id, trace_id, at, prompt_tokens, completion_tokens, validation_id)
SELECT service, request_id, model, key_id, trace_id, to_timestamp(at_ms / 1000), prompt_tokens, completion_tokens, validation_id
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::float8[], $7::int[], $8::int[], $9::bigint[])
  WITH ORDINALITY AS r (service, request_id, model, key_id, trace_id, at_ms, prompt_tokens, completion_tokens, validation_id, place)
ORDER BY place
ON CONFLICT (service, request_id) DO NOTHING
RETURNING service, request_id AS "requestId"`;

/** Stores those that are not known; answers their keys. */
export async function insertReports(
  tx: Prisma.TransactionClient,
  reports: readonly NewReport[],
  validationIdOf: (report: NewReport) => string | undefined,
): Promise<Set<string>> {
  const rows = inPairOrder(reports);
  const texts = (of: (report: NewReport) => string | null) => textArrayLiteral(rows.map(of));
  const stored = await tx.$queryRawUnsafe<ReportPair[]>(
    INSERT,
    texts(({ service }) => service),
    texts(({ requestId }) => requestId),
    texts(({ model }) => model),
    texts(({ keyId }) => keyId),
    texts(({ traceId }) => traceId),
    numbersOf(rows, ({ atMs }) => atMs),
    numbersOf(rows, ({ promptTokens }) => promptTokens),
    numbersOf(rows, ({ completionTokens }) => completionTokens),
    texts((report) => validationIdOf(report) ?? null),
  );
  return new Set(stored.map(pairKeyOf));
}

/** Of reports that came without a key. */
const NO_KEY = "-";

const ADD_TO_DAYS = `
INSERT INTO token_days AS t (day, hour_at, service, key_id, prompt_tokens, completion_tokens)
SELECT day::date, to_timestamp(hour_at_ms / 1000), service, key_id, prompt_tokens, completion_tokens
FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
  WITH ORDINALITY AS d (day, hour_at_ms, service, key_id, prompt_tokens, completion_tokens, place)
ORDER BY place
ON CONFLICT (day, hour_at, service, key_id) DO UPDATE SET
  prompt_tokens = t.prompt_tokens + excluded.prompt_tokens,
  completion_tokens = t.completion_tokens + excluded.completion_tokens`;

/** Adds reports to the hours of their days. */
export async function addToDays(
  tx: Prisma.TransactionClient,
  reports: readonly NewReport[],
): Promise<void> {
  if (reports.length === 0) return;
  const sums = new Map<string, NewReport>();
  for (const report of reports) {
    const { day, hourAtMs, service, keyId } = report;
    const key = [day, hourAtMs, service, keyId ?? NO_KEY].join("\u0000");
    const sum = sums.get(key) ?? { ...report, promptTokens: 0, completionTokens: 0 };
    sum.promptTokens += report.promptTokens;
    sum.completionTokens += report.completionTokens;
    sums.set(key, sum);
  }
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  await tx.$executeRawUnsafe(
    ADD_TO_DAYS,
    textArrayLiteral(rows.map(({ day }) => day)),
    numbersOf(rows, ({ hourAtMs }) => hourAtMs),
    textArrayLiteral(rows.map(({ service }) => service)),
    textArrayLiteral(rows.map(({ keyId }) => keyId ?? NO_KEY)),
    numbersOf(rows, ({ promptTokens }) => promptTokens),
    numbersOf(rows, ({ completionTokens }) => completionTokens),
  );
}
