import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";
import type { SampleColumns } from "./sample-columns";

const columnNames = gpuMetrics.map((metric) => gpuMetricFacts[metric].key).join(", ");
const FIRST_METRIC_PARAMETER = 6;

/** A metric as the statement takes it: one value for all samples, or an array with one each. */
interface BoundMetric {
  isConstant: boolean;
  text: string | null;
}

/** The value that all samples have, null included; undefined when they differ. */
function constantOf(columns: SampleColumns, metric: GpuMetric): number | null | undefined {
  const first = columns.value(metric, 0);
  for (let at = 1; at < columns.length; at++)
    if (columns.value(metric, at) !== first) return undefined;
  return first;
}

// Limits, sizes, link widths: a third of the values are the same in every sample of a batch.
function bind(columns: SampleColumns, metric: GpuMetric): BoundMetric {
  const constant = constantOf(columns, metric);
  if (constant === undefined) return { isConstant: false, text: columns.literal(metric) };
  return { isConstant: true, text: constant === null ? null : String(constant) };
}

// $1-$3 are the headers (UUID, source, missing) and $4 says which one a sample has: what repeats travels once. The join
// gives the device's id and at the same time holds the table to devices that exist. A sample of a day that may be sealed is
// looked for there too; of others only the time is compared. What is new is written down for the roll-ups in the same transaction.
function statementOf(metrics: readonly BoundMetric[], end: string): string {
  const parameters = gpuMetrics.map((metric, i) => {
    const type = gpuMetricFacts[metric].storedAs === "integer" ? "int" : "float8";
    return `$${FIRST_METRIC_PARAMETER + i}::${type}`;
  });
  const arrays = parameters.flatMap((text, i) => (metrics[i]?.isConstant ? [] : [`, ${text}[]`]));
  const names = parameters.flatMap((_, i) => (metrics[i]?.isConstant ? [] : [`, v${i}`]));
  const values = parameters.map((text, i) => (metrics[i]?.isConstant ? text : `s.v${i}`));
  return `
WITH fresh AS (
  INSERT INTO gpu_stats (device_id, recorded_at, source, ${columnNames}, missing)
  SELECT header.id, to_timestamp(s.time_ms / 1000), header.source, ${values.join(", ")}, header.missing
  FROM unnest($4::int[], $5::float8[]${arrays.join("")}) WITH ORDINALITY AS s (header, time_ms${names.join("")}, place)
  JOIN (
    SELECT d.id, h.source, h.missing, h.ordinal - 1 AS ordinal
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS h (uuid, source, missing, ordinal)
    JOIN gpu_devices d ON d.uuid = h.uuid
  ) header ON header.ordinal = s.header
  WHERE s.time_ms >= (SELECT date_part('epoch', sealed_to) * 1000 FROM gpu_partitions.gpu_upkeep)
    OR NOT EXISTS (
      SELECT FROM gpu_partitions.gpu_hours sealed
      WHERE sealed.device_id = header.id AND sealed.hour = to_timestamp(floor(s.time_ms / 3600000) * 3600)
        AND (s.time_ms - floor(s.time_ms / 3600000) * 3600000)::int = ANY (sealed.offsets_ms)
    )
  ${end}
  RETURNING device_id, recorded_at
), due AS (
  INSERT INTO gpu_partitions.gpu_changes (step, device_ids, from_at, to_at)
  SELECT 10, array_agg(DISTINCT device_id), min(recorded_at), max(recorded_at)
  FROM fresh GROUP BY date_bin('1 hour', recorded_at, to_timestamp(0))
)
SELECT count(*)::int AS inserted FROM fresh`;
}

// Of two samples of one time in a batch the first is kept, whichever way the database joins.
const MISSING_ONLY = "ORDER BY s.place ON CONFLICT (device_id, recorded_at) DO NOTHING";

export interface SampleInsert {
  parameters: (string | null)[];
  /** For samples that are all new: one that is there already fails it (23505). Faster, since nobody has to look. */
  newOnly: () => string;
  /** Leaves out samples that are there already. */
  missingOnly: () => string;
}

/** The statement that stores these samples; it answers one row, `inserted`. */
export function sampleInsert(columns: SampleColumns): SampleInsert {
  const { headers, length } = columns;
  const metrics = gpuMetrics.map((metric) => bind(columns, metric));
  return {
    parameters: [
      textArrayLiteral(headers.map((header) => header.gpuUuid)),
      textArrayLiteral(headers.map((header) => header.source)),
      textArrayLiteral(headers.map((header) => header.missing)),
      numberArrayLiteral(length, (at) => columns.headerIndexes[at] ?? null),
      numberArrayLiteral(length, (at) => columns.timeMs(at)),
      ...metrics.map(({ text }) => text),
    ],
    newOnly: () => statementOf(metrics, ""),
    missingOnly: () => statementOf(metrics, MISSING_ONLY),
  };
}
