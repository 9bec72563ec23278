import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import type { PrismaClient } from "@/prisma/generated/client";
import { textArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore } from "./gpu-store";
import { packedArray, unpackArray } from "./packed-array";
import { ANY_WANTED } from "./raw-rows-statement";
import { storeError } from "./store-error";

interface Row {
  hour_ms: number;
  /** Of a sealed hour: changes when its row does. */
  version: string | null;
  simulated: boolean;
  /** Null of a sealed hour that is known in this version. */
  offsets: string | null;
  [valueColumn: string]: string | number | boolean | null;
}

/** Raw samples of one GPU in one hour, as far as they lie in one place. */
export interface RawHour {
  hourMs: number;
  /** Since the begin of the hour, ascending. */
  offsetsMs: Int32Array;
  /** One a metric, in the order of the query; NaN where there is no value. */
  values: Float32Array[];
  simulated: boolean;
}

const timeOf = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;
const epochMs = (time: string) => `round(date_part('epoch', ${time}) * 1000)`;

/**
 * `$1` UUID, `$2` from, `$3` to (epoch ms, exclusive), `$4` versions that are known. A row an hour and place; hours at the ends
 * are whole.
 */
function hoursStatement(metrics: readonly GpuMetric[]): string {
  const keys = metrics.map((metric) => gpuMetricFacts[metric].key);
  const gathered = keys.map((key, i) => `array_agg(s.${key} ORDER BY s.recorded_at) AS v${i}`);
  const unlessKnown = (array: string) =>
    `CASE WHEN version = ANY ($4::text[]) THEN NULL ELSE ${packedArray(array)} END`;
  const outputs = keys.map((_, i) => `${unlessKnown(`v${i}`)} AS v${i}`);
  const device = "(SELECT id FROM gpu_devices WHERE uuid = $1::text)";
  return `
SELECT ${epochMs("hour")} AS hour_ms, version, simulated,
  ${[`${unlessKnown("offsets_ms")} AS offsets`, ...outputs].join(",\n  ")}
FROM (
  SELECT date_bin('1 hour', s.recorded_at, to_timestamp(0)) AS hour, NULL AS version, bool_or(s.source = 'simulated') AS simulated,
    array_agg((${epochMs("s.recorded_at")}::bigint % 3600000)::int ORDER BY s.recorded_at) AS offsets_ms,
    ${gathered.join(",\n    ")}
  FROM gpu_stats s
  WHERE s.device_id = ${device} AND s.recorded_at >= ${timeOf("$2")} AND s.recorded_at < ${timeOf("$3")}
  GROUP BY 1
  UNION ALL
  SELECT h.hour, date_part('epoch', h.hour) || ' ' || h.xmin::text || ' ' || h.sample_count,
    'simulated' = ANY (h.sources), h.offsets_ms, ${keys.map((key) => `h.${key}`).join(", ")}
  FROM gpu_partitions.gpu_hours h
  WHERE h.device_id = ${device} AND h.hour > ${timeOf("$2")} - interval '1 hour' AND h.hour < ${timeOf("$3")}
) hours ORDER BY hour`;
}

const COUNT = `
WITH wanted AS MATERIALIZED (SELECT id FROM gpu_devices WHERE uuid = ANY ($1::text[]))
SELECT (
  SELECT count(*) FROM gpu_stats
  WHERE device_id = ${ANY_WANTED} AND recorded_at >= ${timeOf("$2")} AND recorded_at < ${timeOf("$3")}
)::float8 + COALESCE((
  SELECT sum(CASE
    WHEN hour >= ${timeOf("$2")} AND hour + interval '1 hour' <= ${timeOf("$3")} THEN sample_count
    ELSE (SELECT count(*) FROM unnest(offsets_ms) AS offset_ms
      WHERE hour + offset_ms * interval '1 millisecond' >= ${timeOf("$2")}
        AND hour + offset_ms * interval '1 millisecond' < ${timeOf("$3")})
    END)
  FROM gpu_partitions.gpu_hours
  WHERE device_id = ${ANY_WANTED} AND hour > ${timeOf("$2")} - interval '1 hour' AND hour < ${timeOf("$3")}
), 0)::float8 AS samples`;

/** 16 MiB: some three weeks of one metric of one GPU. */
const MAX_KEPT_VALUES = 4 * 1024 * 1024;

const sizeOf = ({ offsetsMs, values }: RawHour) => offsetsMs.length * (1 + values.length);

/**
 * Sealed hours that were unpacked, by query and version: they hardly ever change, and unpacking them is nearly all the work. The
 * ones used least recently go first.
 */
class KnownHours {
  readonly #hours = new Map<string, RawHour>();
  #values = 0;

  /** Those of one query by version. What was taken stays whole, whatever goes meanwhile. */
  of(query: string): Map<string, RawHour> {
    const known = new Map<string, RawHour>();
    for (const [key, hour] of this.#hours)
      if (key.startsWith(query)) known.set(key.slice(query.length), hour);
    return known;
  }

  keep(key: string, hour: RawHour): void {
    if (!this.#hours.delete(key)) this.#values += sizeOf(hour);
    this.#hours.set(key, hour);
    for (const [oldest, gone] of this.#hours) {
      if (this.#values <= MAX_KEPT_VALUES) break;
      this.#hours.delete(oldest);
      this.#values -= sizeOf(gone);
    }
  }
}

function unpackedHour(row: Row, metrics: readonly GpuMetric[]): RawHour {
  const offsetsMs = Int32Array.from(unpackArray(row.offsets));
  const values = metrics.map((_, i) => {
    const text = row[`v${i}`];
    if (typeof text === "string") return Float32Array.from(unpackArray(text));
    return new Float32Array(offsetsMs.length).fill(Number.NaN);
  });
  return { hourMs: row.hour_ms, offsetsMs, values, simulated: row.simulated };
}

/** Raw samples as columns, hour by hour, without a row for each; and how many there are. */
export function createRawPointStore(
  prisma: PrismaClient,
): Pick<GpuStore, "readRawHours" | "countSamples"> {
  const hours = new KnownHours();

  async function query<T>(statement: string, parameters: (string | number)[]): Promise<T[]> {
    return prisma
      .$queryRawUnsafe<T[]>(statement, ...parameters.map(String))
      .catch((error: unknown) => {
        throw storeError(error);
      });
  }

  return {
    async readRawHours({ gpuUuid, metrics, fromMs, toMs }) {
      const prefix = JSON.stringify([gpuUuid, metrics]);
      const known = hours.of(prefix);
      const versions = textArrayLiteral([...known.keys()]);
      const rows = await query<Row>(hoursStatement(metrics), [gpuUuid, fromMs, toMs, versions]);
      return rows.map((row) => {
        const { version } = row;
        if (version === null) return unpackedHour(row, metrics);
        const hour = known.get(version) ?? unpackedHour(row, metrics);
        hours.keep(prefix + version, hour);
        return hour;
      });
    },

    async countSamples({ gpuUuids, fromMs, toMs }) {
      const parameters = [textArrayLiteral(gpuUuids), fromMs, toMs];
      const [row] = await query<{ samples: number }>(COUNT, parameters);
      return row?.samples ?? 0;
    },
  };
}
