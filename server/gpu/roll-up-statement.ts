import { gpuMetricFacts, gpuMetrics, isBitField } from "@/domain/gpu/gpu-metric-facts";
import { rollUpTables } from "./partition-tables";

const columns = gpuMetrics.map((metric) => ({
  key: gpuMetricFacts[metric].key,
  isBits: isBitField(metric),
}));
const stored = columns.flatMap(({ key }) => [
  `${key}_min`,
  `${key}_max`,
  `${key}_sum`,
  `${key}_count`,
]);

// Of a bit field the bits of every sample and those of any; it has no sum.
const fromSamples = columns.map(({ key, isBits }) =>
  isBits
    ? `bit_and(s.${key}), bit_or(s.${key}), NULL::float8, count(s.${key})::int`
    : `min(s.${key}), max(s.${key}), sum(s.${key})::float8, count(s.${key})::int`,
);
const fromBuckets = columns.map(({ key, isBits }) =>
  isBits
    ? `bit_and(s.${key}_min), bit_or(s.${key}_max), NULL::float8, sum(s.${key}_count)::int`
    : `min(s.${key}_min), max(s.${key}_max), sum(s.${key}_sum), sum(s.${key}_count)::int`,
);

/** How one level is made of the one below. */
export interface RollUpLevel {
  name: keyof typeof rollUpTables;
  stepSeconds: 10 | 60 | 3600;
  /** Where `gpu_upkeep` says how far it is. */
  upkeepColumn: "rolled_10s_to" | "rolled_1m_to" | "rolled_1h_to";
  /** Due in the level above as well; null at the top. */
  nextStepSeconds: 60 | 3600 | null;
}

export const rollUpLevels: readonly RollUpLevel[] = [
  { name: "10s", stepSeconds: 10, upkeepColumn: "rolled_10s_to", nextStepSeconds: 60 },
  { name: "1m", stepSeconds: 60, upkeepColumn: "rolled_1m_to", nextStepSeconds: 3600 },
  { name: "1h", stepSeconds: 3600, upkeepColumn: "rolled_1h_to", nextStepSeconds: null },
];

function sourceOf({ name }: RollUpLevel) {
  if (name === "10s")
    return {
      from: "gpu_partitions.gpu_samples_between(ARRAY[r.device_id], r.from_at, r.to_at) s",
      where: "TRUE",
      time: "s.recorded_at",
      count: "count(*)",
      values: fromSamples,
    };
  const below = rollUpTables[name === "1h" ? "1m" : "10s"];
  return {
    from: `${below.parent} s`,
    where: "s.device_id = r.device_id AND s.bucket >= r.from_at AND s.bucket < r.to_at",
    time: "s.bucket",
    count: "sum(s.sample_count)",
    values: fromBuckets,
  };
}

const time = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;
const startOf = (step: string, at: string) => `date_bin(${step}, ${at}, to_timestamp(0))`;

/**
 * Takes the changes with these ids and makes their buckets again from all samples there are of them, so that doing it twice, in any
 * order, or after a kill gives the same. A bucket is only ever replaced by one of more samples: where samples were dropped by the
 * retention, what is known of them stays.
 *
 * Parameters: $1 ids, $2 the level holds samples before this time (ms), $3 of changes before this time whole hours are made
 * again, because the level below may have been dropped there (ms), $4 and $5 all changes are within (ms; only so that the
 * planner looks at few partitions). Answers one row: `ranges`, how many hours of a device were looked at.
 */
export function rollUpStatement(level: RollUpLevel): string {
  const step = `interval '${level.stepSeconds} seconds'`;
  const source = sourceOf(level);
  const table = rollUpTables[level.name];
  const rest =
    level.stepSeconds === 10
      ? `, rest AS (
  INSERT INTO gpu_partitions.gpu_changes (step, device_ids, from_at, to_at)
  SELECT ${level.stepSeconds}, device_ids, greatest(from_at, ${time("$2")}), to_at FROM taken WHERE to_at >= ${time("$2")}
)`
      : "";
  const next =
    level.nextStepSeconds === null
      ? ""
      : `, next AS (
  INSERT INTO gpu_partitions.gpu_changes (step, device_ids, from_at, to_at)
  SELECT ${level.nextStepSeconds}, array_agg(DISTINCT device_id), min(from_at), max(to_at - interval '1 millisecond') FROM ranges GROUP BY hour
)`;
  return `
WITH taken AS (
  DELETE FROM gpu_partitions.gpu_changes WHERE step = ${level.stepSeconds} AND id = ANY ($1::bigint[])
  RETURNING device_ids, from_at, to_at
)${rest}, due AS (
  SELECT device_id, ${startOf("interval '1 hour'", "from_at")} AS hour, from_at, least(to_at, ${time("$2")} - interval '1 millisecond') AS to_at
  FROM taken CROSS JOIN unnest(device_ids) AS device_id WHERE from_at < ${time("$2")}
), ranges AS MATERIALIZED (
  SELECT device_id, hour,
    CASE WHEN hour < ${time("$3")} THEN hour ELSE ${startOf(step, "min(from_at)")} END AS from_at,
    CASE WHEN hour < ${time("$3")} THEN hour + interval '1 hour' ELSE ${startOf(step, "max(to_at)")} + ${step} END AS to_at
  FROM due GROUP BY device_id, hour
)${next}, made AS (
  INSERT INTO ${table.parent} (device_id, bucket, sample_count, source, ${stored.join(", ")})
  SELECT r.device_id, b.*
  FROM ranges r CROSS JOIN LATERAL (
    SELECT ${startOf(step, source.time)}, ${source.count}::int, (array_agg(s.source ORDER BY ${source.time} DESC))[1],
      ${source.values.join(",\n      ")}
    FROM ${source.from}
    WHERE ${source.where} AND ${source.time} >= ${time("$4")} AND ${source.time} < ${time("$5")} AND ${source.time} < ${time("$2")}
    GROUP BY 1
  ) b
  ON CONFLICT (device_id, bucket) DO UPDATE SET (sample_count, source, ${stored.join(", ")})
    = (excluded.sample_count, excluded.source, ${stored.map((name) => `excluded.${name}`).join(", ")})
  WHERE excluded.sample_count > ${table.name}.sample_count
)
SELECT count(*)::int AS ranges FROM ranges`;
}
