import type { PrismaClient } from "@/prisma/generated/client";
import { textArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore, SeenDevice } from "./gpu-store";
import type { PartitionStore } from "./partition-store";
import { SampleColumns } from "./sample-columns";
import { sampleInsert } from "./sample-insert";
import { insertError, isDuplicate, isMissingPartition, storeError } from "./store-error";

/** `last_seen_at` of a device may be this much behind its newest sample. */
const DEVICE_REFRESH_MS = 30_000;

const COUNT_DEVICES = "SELECT count(*)::int AS n FROM gpu_devices WHERE uuid = ANY ($1::text[])";

function devicesOf(columns: SampleColumns): SeenDevice[] {
  const spans = columns.headers.map(() => ({ firstMs: Infinity, lastMs: -Infinity }));
  for (let at = 0; at < columns.length; at++) {
    const span = spans[columns.headerIndexes[at] ?? -1];
    if (!span) continue;
    span.firstMs = Math.min(span.firstMs, columns.timeMs(at));
    span.lastMs = Math.max(span.lastMs, columns.timeMs(at));
  }
  const devices = new Map<string, SeenDevice>();
  for (const [i, header] of columns.headers.entries()) {
    const { gpuUuid, gpuName, missing, ...facts } = header;
    const { firstMs, lastMs } = spans[i] ?? { firstMs: 0, lastMs: 0 };
    const known = devices.get(gpuUuid);
    const firstSeenAtMs = Math.min(firstMs, known?.firstSeenAtMs ?? firstMs);
    const newest = known && known.lastSeenAtMs > lastMs ? known : null;
    const device = { ...facts, uuid: gpuUuid, name: gpuName, firstSeenAtMs, lastSeenAtMs: lastMs };
    devices.set(gpuUuid, newest ? { ...newest, firstSeenAtMs } : device);
  }
  return [...devices.values()];
}

/** Which devices the database was told of, and what: it is told again on a change and every 30 s. */
function createDeviceMemory() {
  const told = new Map<string, { facts: string; lastSeenAtMs: number }>();
  const factsOf = ({ firstSeenAtMs, lastSeenAtMs, ...facts }: SeenDevice) => JSON.stringify(facts);
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

  let expectsNew = true;
  async function insert(columns: SampleColumns): Promise<number> {
    const { parameters, newOnly, missingOnly } = sampleInsert(columns);
    const ask = async (statement: string) => {
      const rows = await prisma.$queryRawUnsafe<{ inserted: number }[]>(statement, ...parameters);
      return rows[0]?.inserted ?? 0;
    };
    if (expectsNew)
      try {
        return await ask(newOnly());
      } catch (error) {
        if (!isDuplicate(storeError(error))) throw error;
      }
    const inserted = await ask(missingOnly());
    // What is sent again comes in many statements: until one is new throughout, the next ones look at once.
    expectsNew = inserted === columns.length;
    return inserted;
  }

  /** Not `complete` when a device or a partition was gone, which a second try cures. */
  async function insertOnce(columns: SampleColumns) {
    await prepare(columns);
    try {
      const inserted = await insert(columns);
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
