import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { PrismaClient } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "./array-literal";
import type { GpuStore, SeenDevice } from "./gpu-store";
import type { PartitionStore } from "./partition-store";
import { SampleColumns } from "./sample-columns";
import { insertError, isMissingPartition } from "./store-error";

/** `last_seen_at` of a device may be this much behind its newest sample. */
const DEVICE_REFRESH_MS = 30_000;

const columnNames = gpuMetrics.map((metric) => gpuMetricFacts[metric].key);
const FIRST_METRIC_PARAMETER = 6;
const metricArrays = gpuMetrics.map((metric, i) => {
  const type = gpuMetricFacts[metric].storedAs === "integer" ? "int" : "float8";
  return `$${FIRST_METRIC_PARAMETER + i}::${type}[]`;
});

// $1-$3 are the headers (UUID, source, missing) and $4 says which one a sample has: what repeats travels once. The join
// gives the device's id and at the same time holds the table to devices that exist.
const INSERT = `
INSERT INTO gpu_stats (device_id, recorded_at, source, ${columnNames.join(", ")}, missing)
SELECT header.id, to_timestamp(s.time_ms / 1000), header.source, ${columnNames.map((name) => `s.${name}`).join(", ")}, header.missing
FROM unnest($4::int[], $5::float8[], ${metricArrays.join(", ")})
  AS s (header, time_ms, ${columnNames.join(", ")})
JOIN (
  SELECT d.id, h.source, h.missing, h.ordinal - 1 AS ordinal
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS h (uuid, source, missing, ordinal)
  JOIN gpu_devices d ON d.uuid = h.uuid
) header ON header.ordinal = s.header
ON CONFLICT (device_id, recorded_at) DO NOTHING`;

const COUNT_DEVICES = "SELECT count(*)::int AS n FROM gpu_devices WHERE uuid = ANY ($1::text[])";

function insertParameters(columns: SampleColumns): string[] {
  const { headers, length } = columns;
  return [
    textArrayLiteral(headers.map((header) => header.gpuUuid)),
    textArrayLiteral(headers.map((header) => header.source)),
    textArrayLiteral(headers.map((header) => header.missing)),
    numberArrayLiteral(length, (at) => columns.headerIndexes[at] ?? null),
    numberArrayLiteral(length, (at) => columns.timeMs(at)),
    ...gpuMetrics.map((metric) => columns.literal(metric)),
  ];
}

function devicesOf(columns: SampleColumns): SeenDevice[] {
  const devices = new Map<string, SeenDevice>();
  for (let at = 0; at < columns.length; at++) {
    const { gpuUuid, gpuIndex, gpuName, source } = columns.header(at);
    const timeMs = columns.timeMs(at);
    const firstSeenAtMs = Math.min(timeMs, devices.get(gpuUuid)?.firstSeenAtMs ?? timeMs);
    const lastSeenAtMs = Math.max(timeMs, devices.get(gpuUuid)?.lastSeenAtMs ?? timeMs);
    const device = { uuid: gpuUuid, gpuIndex, name: gpuName, source, firstSeenAtMs, lastSeenAtMs };
    devices.set(gpuUuid, device);
  }
  return [...devices.values()];
}

/** Which devices the database was told of, and what: it is told again on a change and every 30 s. */
function createDeviceMemory() {
  const told = new Map<string, { facts: string; lastSeenAtMs: number }>();
  const factsOf = (device: SeenDevice) =>
    JSON.stringify([device.gpuIndex, device.name, device.source]);
  return {
    isDue(device: SeenDevice): boolean {
      const known = told.get(device.uuid);
      return (
        known?.facts !== factsOf(device) ||
        Math.abs(device.lastSeenAtMs - known.lastSeenAtMs) >= DEVICE_REFRESH_MS
      );
    },
    remember(devices: readonly SeenDevice[]) {
      for (const device of devices)
        told.set(device.uuid, { facts: factsOf(device), lastSeenAtMs: device.lastSeenAtMs });
    },
    forget: () => told.clear(),
  };
}

export interface SampleWriteStoreOptions {
  prisma: PrismaClient;
  devices: Pick<GpuStore, "upsertDevices">;
  partitions: PartitionStore;
}

/** The way of samples into `gpu_stats`. */
export function createSampleWriteStore(
  options: SampleWriteStoreOptions,
): Pick<GpuStore, "insertSamples"> {
  const { prisma, devices, partitions } = options;
  const memory = createDeviceMemory();

  async function prepare(columns: SampleColumns): Promise<void> {
    const due = devicesOf(columns).filter((device) => memory.isDue(device));
    await devices.upsertDevices(due);
    memory.remember(due);
    await partitions.ensurePartitions(Array.from(columns.timesMs.subarray(0, columns.length)));
  }

  async function allDevicesExist(columns: SampleColumns): Promise<boolean> {
    const uuids = [...new Set(columns.headers.map((header) => header.gpuUuid))];
    const [row] = await prisma.$queryRawUnsafe<{ n: number }[]>(
      COUNT_DEVICES,
      textArrayLiteral(uuids),
    );
    return row?.n === uuids.length;
  }

  /** Not `complete` when a device or a partition was gone, which a second try cures. */
  async function insertOnce(columns: SampleColumns) {
    await prepare(columns);
    try {
      const inserted = await prisma.$executeRawUnsafe(INSERT, ...insertParameters(columns));
      // Fewer than were sent are samples that were there already, or a device that is not.
      const complete = inserted === columns.length || (await allDevicesExist(columns));
      return { inserted, complete };
    } catch (error) {
      const known = insertError(error);
      if (isMissingPartition(known)) return { inserted: 0, complete: false };
      throw known;
    }
  }

  return {
    async insertSamples(samples) {
      const columns = samples instanceof SampleColumns ? samples : SampleColumns.from(samples);
      if (columns.length === 0) return 0;
      const first = await insertOnce(columns);
      if (first.complete) return first.inserted;
      // Somebody emptied the database or dropped the day since this process looked.
      memory.forget();
      partitions.forgetPartitions();
      const second = await insertOnce(columns);
      if (second.complete) return first.inserted + second.inserted;
      throw new Error("devices or partitions vanish while samples are stored");
    },
  };
}
