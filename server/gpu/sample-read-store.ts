import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample, GpuSource, GpuValues } from "@/domain/gpu/gpu-sample";
import { decodeMissing } from "@/domain/gpu/missing-code";
import type { PrismaClient } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore } from "./gpu-store";
import { newestRows } from "./raw-rows-statement";
import { storeError } from "./store-error";

interface Row {
  uuid: string;
  gpu_index: number;
  name: string | null;
  host: string;
  vendor: GpuSample["vendor"];
  memory_kind: GpuSample["memoryKind"];
  parent_uuid: string | null;
  mig_profile: string | null;
  source: GpuSource;
  time_ms: number;
  missing: string;
  [metricKey: string]: number | string | null;
}

const metricColumns = gpuMetrics.map((metric) => `s.${gpuMetricFacts[metric].key}`).join(", ");
const columns = `d.uuid, d.gpu_index, d.name, d.host, d.vendor, d.memory_kind, d.parent_uuid, d.mig_profile, s.source, s.missing,
  round(date_part('epoch', s.recorded_at) * 1000) AS time_ms, ${metricColumns}`;

const rowColumns = ["source", "missing", ...gpuMetrics.map((metric) => gpuMetricFacts[metric].key)];

const LATEST = `SELECT ${columns} FROM gpu_devices d CROSS JOIN LATERAL (
    ${newestRows({
      columns: rowColumns,
      device: "d.id",
      from: "to_timestamp($1::float8 / 1000)",
      to: "'infinity'::timestamptz",
      limit: "1",
    })}
  ) s ORDER BY d.gpu_index, d.uuid`;

// One row more than asked tells whether older ones exist. An index alone means a whole GPU, not an instance of it.
const NEWEST = `SELECT ${columns} FROM (
    SELECT * FROM gpu_devices
    WHERE ($1::text IS NULL OR uuid = $1::text)
      AND ($2::int IS NULL OR (gpu_index = $2::int AND parent_uuid IS NULL))
      AND ($3::text IS NULL OR host = $3::text)
    ORDER BY last_seen_at DESC LIMIT 1
  ) d CROSS JOIN LATERAL (
    ${newestRows({
      columns: rowColumns,
      device: "d.id",
      from: "COALESCE(to_timestamp($4::float8 / 1000), '-infinity'::timestamptz)",
      to: "COALESCE(to_timestamp($5::float8 / 1000), 'infinity'::timestamptz)",
      limit: "$6::int",
    })}
  ) s ORDER BY s.recorded_at DESC`;

const AFTER = `SELECT ${columns}
  FROM gpu_devices d
  LEFT JOIN unnest($1::text[], $2::float8[]) AS cursor (uuid, after_ms) ON cursor.uuid = d.uuid
  CROSS JOIN LATERAL (
    SELECT * FROM gpu_stats WHERE device_id = d.id
      AND recorded_at >= to_timestamp($3::float8 / 1000)
      AND recorded_at > to_timestamp(COALESCE(cursor.after_ms, $3::float8 - 1) / 1000)
    ORDER BY recorded_at LIMIT $4::int
  ) s ORDER BY s.recorded_at, d.gpu_index, d.uuid`;

function sampleOf(row: Row): GpuSample {
  const values = Object.fromEntries(
    gpuMetrics.map((metric) => [metric, row[gpuMetricFacts[metric].key]]),
  ) as GpuValues;
  return {
    gpuUuid: row.uuid,
    gpuIndex: row.gpu_index,
    gpuName: row.name,
    host: row.host,
    vendor: row.vendor,
    memoryKind: row.memory_kind,
    parentUuid: row.parent_uuid,
    migProfile: row.mig_profile,
    recordedAtMs: row.time_ms,
    source: row.source,
    values,
    missing: decodeMissing(row.missing),
  };
}

/** Whole samples, few at a time. */
export function createSampleReadStore(
  prisma: PrismaClient,
): Pick<GpuStore, "readLatest" | "readNewest" | "readSamplesAfter"> {
  async function read(
    statement: string,
    ...parameters: (string | number | null)[]
  ): Promise<GpuSample[]> {
    const rows = await prisma
      .$queryRawUnsafe<Row[]>(statement, ...parameters)
      .catch((error: unknown) => {
        throw storeError(error);
      });
    return rows.map(sampleOf);
  }

  return {
    readLatest: ({ sinceMs }) => read(LATEST, sinceMs),

    async readNewest({ gpu, sinceMs, beforeMs = null, limit }) {
      const uuid = "uuid" in gpu ? gpu.uuid : null;
      const index = "index" in gpu ? gpu.index : null;
      const host = "host" in gpu ? gpu.host : null;
      const newestFirst = await read(NEWEST, uuid, index, host, sinceMs, beforeMs, limit + 1);
      const samples = newestFirst.slice(0, limit).reverse();
      return { samples, hasMore: newestFirst.length > limit };
    },

    readSamplesAfter({ cursors, sinceMs, limit }) {
      const uuids = [...cursors.keys()];
      const afterMs = [...cursors.values()];
      return read(
        AFTER,
        textArrayLiteral(uuids),
        numberArrayLiteral(afterMs.length, (at) => afterMs[at] ?? null),
        sinceMs,
        limit,
      );
    },
  };
}
