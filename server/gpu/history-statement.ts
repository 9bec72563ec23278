import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts, isBitField } from "@/domain/gpu/gpu-metric-facts";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import { rollUpTables } from "./partition-tables";
import { packedArray } from "./packed-array";
import { ANY_WANTED, newestRows, rowsOfWanted } from "./raw-rows-statement";
import { type RollUpLevel, rollUpLevels } from "./roll-up-statement";

// Each statement answers one row a GPU: its columns as packed arrays (packed-array.ts), many times faster than rows. Names of
// columns come from gpuMetricFacts, never from a caller.

const epochMs = (time: string) => `round(date_part('epoch', ${time}) * 1000)`;
const timeOf = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;
const keysOf = (metrics: readonly GpuMetric[]) =>
  metrics.map((metric) => gpuMetricFacts[metric].key);
const WANTED =
  "wanted AS MATERIALIZED (SELECT id, uuid, gpu_index, name FROM gpu_devices WHERE uuid = ANY ($1::text[]))";

/** A source as a number below 16, from 1 in the order of `GpuSource`; 0 is one that this release does not know. */
const SOURCE_CODE = `CASE source ${GpuSource.options
  .map((source, i) => `WHEN '${source}' THEN ${i + 1}`)
  .join(" ")} ELSE 0 END`;
const SOURCE_CODES = 16;
/** More than a bucket of a day has at five a second. */
const MOST_SAMPLES = 2 ** 20;
const PLACES = MOST_SAMPLES * SOURCE_CODES;

/** What is known of a bucket beside its values, in one number: a column costs as much as reading its rows. */
export function bucketHead(head: number): { place: number; samples: number; sourceCode: number } {
  const rest = head % PLACES;
  return {
    place: Math.floor(head / PLACES),
    samples: Math.floor(rest / SOURCE_CODES),
    sourceCode: rest % SOURCE_CODES,
  };
}

/**
 * Raw samples, the newest `$4` a GPU. `$1` UUIDs as an array literal, `$2` from (inclusive) and `$3` to (exclusive), epoch ms.
 * Columns: uuid, gpu_index, name, times, sources (codes), and m0, m1, … in the order of `metrics`.
 */
export function rawHistoryStatement(metrics: readonly GpuMetric[]): string {
  const keys = keysOf(metrics);
  const column = (expression: string) =>
    packedArray(`array_agg((${expression})::float8 ORDER BY s.recorded_at)`);
  const rows = newestRows({
    columns: ["source", ...keys],
    device: "d.id",
    from: timeOf("$2"),
    to: timeOf("$3"),
    limit: "$4::int",
  });
  return `
WITH ${WANTED}
SELECT d.uuid, d.gpu_index, d.name, h.*
FROM wanted d CROSS JOIN LATERAL (
  SELECT ${column(epochMs("s.recorded_at"))} AS times,
    ${column(SOURCE_CODE)} AS sources,
    ${keys.map((key, i) => `${column(`s.${key}`)} AS m${i}`).join(",\n    ")}
  FROM (${rows}) s
) h`;
}

/** The coarsest roll-up whose buckets make up buckets of this step; undefined for steps finer than all of them. */
function rollUpOf(stepMs: number): RollUpLevel | undefined {
  return rollUpLevels.findLast(({ stepSeconds }) => stepMs % (stepSeconds * 1_000) === 0);
}

/** Of each value lowest, highest, sum and count, of a row that is one sample. */
const sampleValues = (key: string, i: number) =>
  `${key} AS l${i}, ${key} AS h${i}, ${key}::float8 AS s${i}, (${key} IS NOT NULL)::int AS c${i}`;
const bucketValues = (key: string, i: number) =>
  `${key}_min AS l${i}, ${key}_max AS h${i}, ${key}_sum AS s${i}, ${key}_count AS c${i}`;

/**
 * Rows to be merged: those of a roll-up, and the samples that it does not hold yet. Its end is read in the same statement, so
 * that each sample counts once while it advances.
 */
function partsOf(metrics: readonly GpuMetric[], level: RollUpLevel | undefined): string {
  const keys = keysOf(metrics);
  const samples = `SELECT device_id, recorded_at AS at, 1 AS samples, source,
    ${keys.map(sampleValues).join(",\n    ")}`;
  const [from, to] = [timeOf("$3"), timeOf("$4")];
  if (!level) {
    const rows = rowsOfWanted({ columns: ["source", ...keys], from, to });
    return `${samples}\n  FROM (${rows}) raw`;
  }
  return `${samples}
  FROM gpu_stats
  WHERE device_id = ${ANY_WANTED} AND recorded_at >= ${from} AND recorded_at < ${to}
    AND recorded_at >= (SELECT ${level.upkeepColumn} FROM gpu_partitions.gpu_upkeep)
  UNION ALL
  SELECT device_id, bucket AS at, sample_count AS samples, source,
    ${keys.map(bucketValues).join(",\n    ")}
  FROM ${rollUpTables[level.name].parent}
  WHERE device_id = ${ANY_WANTED} AND bucket >= ${from} AND bucket < ${to}`;
}

/** `$2` the step and `$3` the begin, ms; what `bucketHead` takes apart. */
const HEAD = `(${epochMs("start")} - $3::float8) / $2::float8 * ${PLACES}
      + LEAST(samples, ${MOST_SAMPLES - 1}) * ${SOURCE_CODES} + (source::bigint & ${SOURCE_CODES - 1})`;

/** The newest sample that was read ends it; of rows of a roll-up, which know no times, the end of the roll-up does. */
function knownUntil(level: RollUpLevel | undefined): string {
  const newest = `floor(max(source) / ${SOURCE_CODES}) + 1`;
  if (!level) return newest;
  return `greatest(${newest}, (SELECT ${epochMs(level.upkeepColumn)} FROM gpu_partitions.gpu_upkeep))`;
}

/** Mean, lowest and highest of one metric over the rows of a bucket, each of which may be a bucket itself. */
function mergedValues(metric: GpuMetric, i: number): string {
  return isBitField(metric)
    ? `bit_or(h${i}) AS a${i}, bit_and(l${i}) AS l${i}, bit_or(h${i}) AS h${i}`
    : `sum(s${i}) / NULLIF(sum(c${i}), 0) AS a${i}, min(l${i}) AS l${i}, max(h${i}) AS h${i}`;
}

/**
 * Buckets that hold samples. `$1` UUIDs, `$2` the step, `$3` and `$4` the range, in ms and multiples of the step, which is also
 * needed for choosing the table. Columns: uuid, gpu_index, name, heads (see bucketHead), known_until (epoch ms) and a0 l0 h0, a1 … (mean, min, max) per
 * metric.
 */
export function bucketHistoryStatement(metrics: readonly GpuMetric[], stepMs: number): string {
  const column = (expression: string) =>
    packedArray(`array_agg((${expression})::float8 ORDER BY start)`);
  const outputs = metrics.flatMap((_, i) =>
    ["a", "l", "h"].map((name) => `${column(`${name}${i}`)} AS ${name}${i}`),
  );
  const level = rollUpOf(stepMs);
  // All GPUs in one pass: a day of eight lies interleaved on the same pages, and eight passes would read each of them eight times.
  return `
WITH ${WANTED}
SELECT d.uuid, d.gpu_index, d.name, c.*
FROM wanted d LEFT JOIN (
  SELECT device_id,
    ${column(HEAD)} AS heads,
    ${knownUntil(level)} AS known_until,
    ${outputs.join(",\n    ")}
  FROM (
    SELECT device_id, date_bin(make_interval(secs => $2::float8 / 1000), at, to_timestamp(0)) AS start,
      sum(samples) AS samples,
      max(${epochMs("at")} * ${SOURCE_CODES} + ${SOURCE_CODE}) AS source,
      ${metrics.map(mergedValues).join(",\n      ")}
    FROM (
    ${partsOf(metrics, level)}
    ) parts
    GROUP BY 1, 2
  ) buckets
  GROUP BY device_id
) c ON c.device_id = d.id`;
}
