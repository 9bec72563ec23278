import type { UsagePart } from "@/domain/tokens/usage-history-step";
import type { PrismaClient } from "@/prisma/generated/client";
import type { UsageCounts } from "./usage-counts";

/** Which rows of the roll-ups. */
export interface UsageSelection {
  parts: readonly UsagePart[];
  service?: string | undefined;
  model?: string | undefined;
}

export interface UsagePair {
  service: string;
  model: string;
}

/** What is known of a pair over a step, or over all of the selection. Counts of buckets as long as their last bucket that holds something. */
export interface UsageSum extends UsagePair, UsageCounts {
  atMs: number;
  prompts: number;
  tokensSum: number;
  tokensMax: number;
  utilizationSum: number;
  utilizationMax: number;
  sizeCounts: number[];
  /** Empty unless the sums are of all of the selection. */
  utilizationCounts: number[];
  cutCounts: number[];
  newest: NewestFacts | null;
}

export interface NewestFacts {
  contextWindow: number;
  availableTokens: number;
  methodKind: string;
  methodName: string;
  methodWarning: string | null;
}

export interface RemovalSum {
  section: string;
  atMs: number;
  prompts: number;
  savedTokens: number;
}

export interface UsageTotals {
  prompts: number;
  warnings: number;
  over: number;
  truncated: number;
  silentCuts: number;
}

/** Reads of the roll-ups, never of single validations. Errors are those of the database. */
export interface UsageReadStore {
  /** The pairs with the most prompts, and how many others there are. */
  readPairs(
    selection: UsageSelection,
    limit: number,
  ): Promise<{ pairs: UsagePair[]; others: number }>;
  /** In the order of their times; `stepMs` null: one sum of each pair. */
  readSums(
    selection: UsageSelection,
    of: { pairs: readonly UsagePair[]; stepMs: number | null },
  ): Promise<UsageSum[]>;
  /** Of the sections that were removed most often, those first; `stepMs` null: one sum of each. */
  readRemovals(
    selection: UsageSelection,
    of: { stepMs: number | null; limit: number },
  ): Promise<RemovalSum[]>;
  readTotals(selection: UsageSelection): Promise<UsageTotals>;
}

// $1 and $2 of every statement are the service and the model, null for all. The borders are our own numbers.
function conditionOf(parts: readonly UsagePart[]): string {
  const ranges = parts.map(
    ({ stepSeconds, fromMs, toMs }) =>
      `(t.step_seconds = ${stepSeconds} AND t.at >= to_timestamp(${fromMs} / 1000.0) AND t.at < to_timestamp(${toMs} / 1000.0))`,
  );
  return `(${ranges.join(" OR ") || "false"})
    AND ($1::text IS NULL OR t.service = $1) AND ($2::text IS NULL OR t.model = $2)`;
}

const bin = (stepMs: number | null) =>
  stepMs === null
    ? "0::float8"
    : `(floor(extract(epoch FROM t.at) * 1000 / ${stepMs}) * ${stepMs})::float8`;

const pairsStatement = (parts: readonly UsagePart[]) => `
SELECT t.service, t.model, (count(*) OVER ())::int AS pairs
FROM token_usage t WHERE ${conditionOf(parts)}
GROUP BY t.service, t.model
ORDER BY sum(t.prompts) DESC, sum(t.reported_prompt_tokens) DESC, t.service, t.model
LIMIT $3::int`;

const IN_PAIRS = `(t.service, t.model) IN (SELECT * FROM unnest($3::text[], $4::text[]))`;
const newest = (name: string) =>
  `(array_agg(t.newest_${name} ORDER BY t.newest_at DESC) FILTER (WHERE t.newest_at IS NOT NULL))[1] AS newest_${name}`;

const sumsStatement = (parts: readonly UsagePart[], stepMs: number | null) => `
SELECT t.service, t.model, ${bin(stepMs)} AS at_ms,
  sum(t.prompts)::float8 AS prompts, sum(t.tokens_sum)::float8 AS tokens_sum, max(t.tokens_max) AS tokens_max,
  sum(t.utilization_sum) AS utilization_sum, max(t.utilization_max) AS utilization_max,
  sum(t.warnings)::float8 AS warnings, sum(t.over)::float8 AS over, sum(t.truncated)::float8 AS truncated,
  sum(t.silent_cuts)::float8 AS silent_cuts, sum(t.reported_prompt_tokens)::float8 AS reported_prompt_tokens,
  sum(t.reported_completion_tokens)::float8 AS reported_completion_tokens
  ${stepMs === null ? `, ${["context_window", "available_tokens", "method_kind", "method_name", "method_warning"].map(newest).join(", ")}` : ""}
FROM token_usage t WHERE ${conditionOf(parts)} AND ${IN_PAIRS}
GROUP BY 1, 2, 3 ORDER BY 3`;

const bucketKinds = ["size", "utilization", "cut"] as const;
type BucketKind = (typeof bucketKinds)[number];

const bucketsStatement = (parts: readonly UsagePart[], stepMs: number | null) => {
  const kinds = stepMs === null ? bucketKinds : (["size"] as const);
  const counts = kinds.map(
    (kind) =>
      `SELECT '${kind}' AS kind, place, n FROM unnest(t.${kind}_counts) WITH ORDINALITY AS u (n, place) WHERE n > 0`,
  );
  return `
SELECT s.service, s.model, s.at_ms, s.kind, array_agg(s.place - 1)::int[] AS places, array_agg(s.total)::float8[] AS totals
FROM (
  SELECT t.service, t.model, ${bin(stepMs)} AS at_ms, b.kind, b.place, sum(b.n) AS total
  FROM token_usage t CROSS JOIN LATERAL (${counts.join(" UNION ALL ")}) b
  WHERE ${conditionOf(parts)} AND ${IN_PAIRS}
  GROUP BY 1, 2, 3, 4, 5
) s GROUP BY 1, 2, 3, 4`;
};

const removalsStatement = (parts: readonly UsagePart[], stepMs: number | null) => `
WITH chosen AS (
  SELECT t.section, sum(t.prompts) AS prompts FROM token_removals t WHERE ${conditionOf(parts)}
  GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3::int
)
SELECT t.section, ${bin(stepMs)} AS at_ms, sum(t.prompts)::float8 AS prompts, sum(t.saved_tokens)::float8 AS saved_tokens
FROM token_removals t JOIN chosen c ON c.section = t.section WHERE ${conditionOf(parts)}
GROUP BY c.prompts, 1, 2 ORDER BY c.prompts DESC, 1, 2`;

const totalsStatement = (parts: readonly UsagePart[]) => `
SELECT coalesce(sum(t.prompts), 0)::float8 AS prompts, coalesce(sum(t.warnings), 0)::float8 AS warnings,
  coalesce(sum(t.over), 0)::float8 AS over, coalesce(sum(t.truncated), 0)::float8 AS truncated,
  coalesce(sum(t.silent_cuts), 0)::float8 AS silent_cuts
FROM token_usage t WHERE ${conditionOf(parts)}`;

interface SumRow {
  service: string;
  model: string;
  at_ms: number;
  prompts: number;
  tokens_sum: number;
  tokens_max: number;
  utilization_sum: number;
  utilization_max: number;
  warnings: number;
  over: number;
  truncated: number;
  silent_cuts: number;
  reported_prompt_tokens: number;
  reported_completion_tokens: number;
  newest_context_window?: number | null;
  newest_available_tokens?: number | null;
  newest_method_kind?: string | null;
  newest_method_name?: string | null;
  newest_method_warning?: string | null;
}

interface BucketRow {
  service: string;
  model: string;
  at_ms: number;
  kind: BucketKind;
  places: number[];
  totals: number[];
}

const keyOf = ({ service, model, at_ms }: { service: string; model: string; at_ms: number }) =>
  [service, model, at_ms].join("\u0000");

function countsOf({ places, totals }: BucketRow): number[] {
  const counts = new Array<number>(Math.max(...places) + 1).fill(0);
  for (const [i, place] of places.entries()) counts[place] = totals[i] ?? 0;
  return counts;
}

function newestOf(row: SumRow): NewestFacts | null {
  const { newest_context_window: contextWindow, newest_available_tokens: availableTokens } = row;
  if (contextWindow === null || contextWindow === undefined) return null;
  return {
    contextWindow,
    availableTokens: availableTokens ?? 0,
    methodKind: row.newest_method_kind ?? "",
    methodName: row.newest_method_name ?? "",
    methodWarning: row.newest_method_warning ?? null,
  };
}

function sumOf(row: SumRow, buckets: ReadonlyMap<BucketKind, number[]>): UsageSum {
  return {
    service: row.service,
    model: row.model,
    atMs: row.at_ms,
    prompts: row.prompts,
    tokensSum: row.tokens_sum,
    tokensMax: row.tokens_max,
    utilizationSum: row.utilization_sum,
    utilizationMax: row.utilization_max,
    warnings: row.warnings,
    over: row.over,
    truncated: row.truncated,
    silentCuts: row.silent_cuts,
    reportedPromptTokens: row.reported_prompt_tokens,
    reportedCompletionTokens: row.reported_completion_tokens,
    sizeCounts: buckets.get("size") ?? [],
    utilizationCounts: buckets.get("utilization") ?? [],
    cutCounts: buckets.get("cut") ?? [],
    newest: newestOf(row),
  };
}

export function createUsageReadStore(prisma: PrismaClient): UsageReadStore {
  const query = <Row>(statement: string, selection: UsageSelection, ...more: unknown[]) =>
    prisma.$queryRawUnsafe<Row[]>(
      statement,
      selection.service ?? null,
      selection.model ?? null,
      ...more,
    );
  return {
    async readPairs(selection, limit) {
      const rows = await query<UsagePair & { pairs: number }>(
        pairsStatement(selection.parts),
        selection,
        limit,
      );
      const pairs = rows.map(({ service, model }) => ({ service, model }));
      return { pairs, others: (rows[0]?.pairs ?? 0) - pairs.length };
    },
    async readSums(selection, { pairs, stepMs }) {
      if (pairs.length === 0) return [];
      const names = [pairs.map(({ service }) => service), pairs.map(({ model }) => model)];
      const { parts } = selection;
      const [rows, bucketRows] = await Promise.all([
        query<SumRow>(sumsStatement(parts, stepMs), selection, ...names),
        query<BucketRow>(bucketsStatement(parts, stepMs), selection, ...names),
      ]);
      const buckets = new Map<string, Map<BucketKind, number[]>>();
      for (const row of bucketRows) {
        const key = keyOf(row);
        const own = buckets.get(key) ?? new Map<BucketKind, number[]>();
        buckets.set(key, own.set(row.kind, countsOf(row)));
      }
      return rows.map((row) => sumOf(row, buckets.get(keyOf(row)) ?? new Map()));
    },
    async readRemovals(selection, { stepMs, limit }) {
      const rows = await query<{
        section: string;
        at_ms: number;
        prompts: number;
        saved_tokens: number;
      }>(removalsStatement(selection.parts, stepMs), selection, limit);
      return rows.map((row) => ({
        section: row.section,
        atMs: row.at_ms,
        prompts: row.prompts,
        savedTokens: row.saved_tokens,
      }));
    },
    async readTotals(selection) {
      const [row] = await query<Omit<UsageTotals, "silentCuts"> & { silent_cuts: number }>(
        totalsStatement(selection.parts),
        selection,
      );
      const { silent_cuts: silentCuts = 0, prompts = 0, warnings = 0 } = row ?? {};
      return {
        prompts,
        warnings,
        over: row?.over ?? 0,
        truncated: row?.truncated ?? 0,
        silentCuts,
      };
    },
  };
}
