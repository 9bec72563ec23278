import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { PartitionSpan } from "./partition-tables";

const keys = gpuMetrics.map((metric) => gpuMetricFacts[metric].key);
const columns = ["sample_count", "offsets_ms", "sources", "missing", ...keys].join(", ");
const arrays = keys.map((key) => `array_agg(${key} ORDER BY recorded_at)`);
// A value that is null throughout has no array.
const values = keys.map((key, i) => `CASE WHEN count(${key}) > 0 THEN ${arrays[i] ?? ""} END`);

const literalOf = (timeMs: number) => `'${new Date(timeMs).toISOString()}'::timestamptz`;

/** The partitions of one UTC day. */
export interface SealedDay {
  raw: PartitionSpan;
  sealed: PartitionSpan;
}

/** Where a sealed day is made ready, out of sight of every reader. */
const stagingOf = ({ sealed }: SealedDay) => `gpu_partitions.${sealed.name}_next`;

/** Whatever a run before left there is thrown away. */
export function stageStatement(day: SealedDay): string {
  const staging = stagingOf(day);
  return `DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gpu_partitions'));
    DROP TABLE IF EXISTS ${staging};
    CREATE TABLE ${staging} (LIKE gpu_partitions.gpu_hours INCLUDING ALL);
  END $$`;
}

/**
 * Writes one hour of all devices to the staging table: the raw samples and, of a day that was sealed before, the sealed ones.
 */
export function sealHourStatement(day: SealedDay, hourMs: number): string {
  const from = literalOf(hourMs);
  const to = literalOf(hourMs + 3_600_000);
  const rawRows = `SELECT count(*) AS n FROM gpu_partitions.${day.raw.name} WHERE recorded_at >= ${from} AND recorded_at < ${to}`;
  return `
WITH raw AS MATERIALIZED (${rawRows}), copied AS (
  INSERT INTO ${stagingOf(day)} (device_id, hour, ${columns})
  SELECT device_id, hour, ${columns} FROM gpu_partitions.gpu_hours
  WHERE hour = ${from} AND (SELECT n FROM raw) = 0
), made AS (
  INSERT INTO ${stagingOf(day)} (device_id, hour, ${columns})
  SELECT device_id, ${from}, count(*)::int,
    array_agg(round(date_part('epoch', recorded_at - ${from}) * 1000)::int ORDER BY recorded_at),
    array_agg(source ORDER BY recorded_at), array_agg(missing ORDER BY recorded_at),
    ${values.join(",\n    ")}
  FROM gpu_partitions.gpu_samples_between((SELECT array_agg(id) FROM gpu_devices), ${from}, ${to})
  WHERE (SELECT n FROM raw) > 0
  GROUP BY device_id
)
SELECT 1`;
}

/**
 * In one transaction the raw partition goes and the arrays become visible. Readers and writers of other days wait at most for the
 * moment of the drop; when somebody uses the tables for long it gives up (55P03), and when the arrays do not hold what the day
 * holds, too (40001): a sample was added since they were made, or another process made them anew. Each is within the day and holds
 * a sample once, so that equal counts are equal samples.
 */
export function swapStatement(day: SealedDay): string {
  const { raw, sealed } = day;
  const staging = stagingOf(day);
  return `DO $$ DECLARE
    raw_samples bigint; sealed_samples bigint := 0; staged_samples bigint;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gpu_partitions'));
    PERFORM set_config('lock_timeout', '1500ms', true);
    PERFORM 1 FROM gpu_partitions.gpu_upkeep FOR UPDATE;
    LOCK TABLE ${staging} IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE gpu_partitions.${raw.name} IN SHARE MODE;
    SELECT count(*) INTO raw_samples FROM gpu_partitions.${raw.name};
    SELECT coalesce(sum(sample_count), 0) INTO staged_samples FROM ${staging};
    IF to_regclass('gpu_partitions.${sealed.name}') IS NOT NULL THEN
      SELECT coalesce(sum(sample_count), 0) INTO sealed_samples FROM gpu_partitions.${sealed.name};
    END IF;
    IF staged_samples <> raw_samples + sealed_samples THEN
      RAISE EXCEPTION 'the day has changed since it was read' USING ERRCODE = '40001';
    END IF;
    -- A writer that waits for this partition holds the parent: less than the second after which the database would choose a victim.
    PERFORM set_config('lock_timeout', '500ms', true);
    DROP TABLE gpu_partitions.${raw.name};
    IF raw_samples = 0 THEN
      DROP TABLE ${staging};
    ELSE
      DROP TABLE IF EXISTS gpu_partitions.${sealed.name};
      ALTER TABLE ${staging} RENAME TO ${sealed.name};
      ALTER TABLE gpu_partitions.gpu_hours ATTACH PARTITION gpu_partitions.${sealed.name}
        FOR VALUES FROM (${literalOf(sealed.fromMs)}) TO (${literalOf(sealed.toMs)});
      UPDATE gpu_partitions.gpu_upkeep SET sealed_to = greatest(sealed_to, ${literalOf(sealed.toMs)});
    END IF;
  END $$`;
}

/** Whether changes of before this time still wait for the roll-ups. */
export const UNROLLED = `SELECT EXISTS (
  SELECT FROM gpu_partitions.gpu_changes WHERE from_at < to_timestamp($1::float8 / 1000)
) AS unrolled`;
