import type { GpuHistoryQuery, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { PrismaClient } from "@/prisma/generated/client";
import { createDeviceStore } from "./device-store";
import { createHistoryStore } from "./history-store";
import { createPartitionStore } from "./partition-store";
import type { SampleColumns } from "./sample-columns";
import { createSampleReadStore } from "./sample-read-store";
import { createSampleWriteStore } from "./sample-write-store";

/** A GPU that sent samples between the two times (epoch ms). */
export interface SeenDevice {
  uuid: string;
  gpuIndex: number;
  name: string | null;
  source: GpuSample["source"];
  firstSeenAtMs: number;
  lastSeenAtMs: number;
}

/** Which GPU a REST client names: by its UUID, or by its index (of several that had it, the one seen last). */
export type GpuSelector = { uuid: string } | { index: number };

export interface NewestQuery {
  gpu: GpuSelector;
  /** Inclusive; null = all that is kept. */
  sinceMs: number | null;
  limit: number;
}

export interface StoredHistory {
  /** One for each GPU of the query, in its order; of an unknown GPU empty. */
  series: GpuHistorySeries[];
  /** True when raw samples were cut; the newest are kept. */
  truncated: boolean;
}

/**
 * GPU samples in Postgres. Samples go in once for each device and time; a second time is counted as 0. Errors are those
 * of the database, with its SQLSTATE as `code`; `UnstorableSamplesError` when the samples themselves are refused.
 */
export interface GpuStore {
  /** Stores all in one statement; answers how many were new. Takes samples that went through `storableSample`. */
  insertSamples(samples: readonly GpuSample[] | SampleColumns): Promise<number>;
  upsertDevices(devices: readonly SeenDevice[]): Promise<void>;
  /** Range [fromMs, toMs), with a step widened to whole buckets, which begin at multiples of the step since 1970 (UTC). */
  readHistory(query: GpuHistoryQuery): Promise<StoredHistory>;
  /** The newest samples of one GPU, oldest first; `hasMore` when older ones (not before `sinceMs`) exist. */
  readNewest(query: NewestQuery): Promise<{ samples: GpuSample[]; hasMore: boolean }>;
  /** At most `limit` samples a GPU that are newer than its cursor (or, without one, than `sinceMs`), oldest first. */
  readSamplesAfter(query: {
    cursors: ReadonlyMap<string, number>;
    sinceMs: number;
    limit: number;
  }): Promise<GpuSample[]>;
  /** The newest sample of each GPU that has one at or after `sinceMs`. */
  readLatest(query: { sinceMs: number }): Promise<GpuSample[]>;
  /** Makes the partitions of the UTC days that hold these times, where they are not there yet. */
  ensurePartitions(timesMs: readonly number[]): Promise<void>;
  /** Drops the partitions that hold nothing at or after this time; answers their names. */
  dropPartitionsBefore(timeMs: number): Promise<string[]>;
}

export function createGpuStore(prisma: PrismaClient): GpuStore {
  const devices = createDeviceStore(prisma);
  const partitions = createPartitionStore(prisma);
  return {
    ...devices,
    ...partitions,
    ...createSampleWriteStore({ prisma, devices, partitions }),
    ...createSampleReadStore(prisma),
    ...createHistoryStore(prisma),
  };
}
