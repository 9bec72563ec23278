import type { GpuHistorySelection, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { PrismaClient } from "@/prisma/generated/client";
import type { AuditDraft, AuditOrigin } from "@/server/audit";
import { createDeviceStore } from "./device-store";
import { createHistoryStore } from "./history-store";
import { createPartitionStore, type StoredPartition } from "./partition-store";
import type { PartitionSpan } from "./partition-tables";
import { createRollUpStore } from "./roll-up-store";
import { createRawPointStore, type RawHour } from "./raw-point-store";
import type { SampleColumns } from "./sample-columns";
import { createSampleReadStore } from "./sample-read-store";
import { createSampleWriteStore } from "./sample-write-store";
import { createSealedStore } from "./sealed-store";

/** A GPU that sent samples between the two times (epoch ms). */
export interface SeenDevice {
  uuid: string;
  host: string;
  gpuIndex: number;
  name: string | null;
  source: GpuSample["source"];
  vendor: GpuSample["vendor"];
  memoryKind: GpuSample["memoryKind"];
  parentUuid: string | null;
  migProfile: string | null;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
}

/** Which GPU a REST client names: by its UUID, by its index (of several that had it, the one seen last), or by host and index. */
export type GpuSelector = { uuid: string } | { index: number } | { host: string; index: number };

/** A change that a person asked for, as the audit gets it. */
export interface AuditRow {
  origin: AuditOrigin;
  draft: AuditDraft;
}

export interface NewestQuery {
  gpu: GpuSelector;
  /** Inclusive; null = all that is kept. */
  sinceMs: number | null;
  /** Exclusive; null = up to the newest. */
  beforeMs?: number | null;
  limit: number;
}

export interface StoredHistory {
  /** One for each GPU of the query, in its order; of an unknown GPU empty. */
  series: GpuHistorySeries[];
  /** True when raw samples were cut; the newest are kept. */
  truncated: boolean;
}

/** Times are epoch ms; 0 = not begun. */
export interface StoredUpkeep {
  rolledToMs: Record<"10s" | "1m" | "1h", number>;
  /** Of the oldest sample that no roll-up has yet; null when there is none. */
  oldestChangeMs: number | null;
  sealedToMs: number;
}

/**
 * GPU samples in Postgres. Samples go in once for each device and time; a second time is counted as 0. Errors are those
 * of the database, with its SQLSTATE as `code`; `UnstorableSamplesError` when the samples themselves are refused.
 *
 * What lies where (docs/decisions/0013; all but `gpu_devices` and `gpu_stats` in the schema `gpu_partitions`):
 *
 *     gpu_devices     one row a GPU
 *     gpu_stats       raw samples of days that are not sealed yet, and late ones of days that are; daily partitions (UTC)
 *     gpu_hours       raw samples of sealed days, one row a device and hour, each value an array; daily partitions.
 *                     A sample is in one of the two, never in both. Whoever needs both reads them in ONE statement, gpu_stats
 *                     first (or through gpu_samples_between(device_ids, from, to)): a day moves while statements run, never within one
 *     gpu_rollup_10s  buckets by device, from 1970 on (UTC); daily partitions
 *     gpu_rollup_1m, gpu_rollup_1h   the same from the level below; monthly partitions
 *     gpu_changes     which buckets are due; written with the samples, in one transaction
 *     gpu_upkeep      one row: rolled_10s_to, rolled_1m_to, rolled_1h_to, sealed_to
 *
 * A level of the roll-ups holds exactly what was sampled before its `rolled_*_to` (a multiple of 10 s; 5 to 25 s ago for 10 s,
 * up to 85 s for the others), later samples are raw only. So a reader of any step adds the rows of one level to the raw
 * samples at or after that time, both in one statement: the bucket that holds it is partly in the level, partly raw, and
 * min, max, sum and count merge. Samples that arrive later than that are in all levels after the next run, 10 s later.
 * Raw samples at or after `rolled_*_to` are in gpu_stats, never in gpu_hours.
 */
export interface GpuStore {
  /** Stores all in one statement; answers how many were new. Takes samples that went through `storableSample`. */
  insertSamples(samples: readonly GpuSample[] | SampleColumns): Promise<number>;
  upsertDevices(devices: readonly SeenDevice[]): Promise<void>;
  /** Range [fromMs, toMs), with a step widened to whole buckets, which begin at multiples of the step since 1970 (UTC). From roll-ups, and from rows where these do not reach yet. */
  readHistory(selection: GpuHistorySelection): Promise<StoredHistory>;
  /** Raw samples of one GPU by hour, oldest first; hours at the ends are whole, and an hour may come in two parts that interleave. */
  readRawHours(query: {
    gpuUuid: string;
    metrics: readonly GpuMetric[];
    fromMs: number;
    toMs: number;
  }): Promise<RawHour[]>;
  /** How many raw samples these GPUs have in [fromMs, toMs). */
  countSamples(query: {
    gpuUuids: readonly string[];
    fromMs: number;
    toMs: number;
  }): Promise<number>;
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
  /** Every partition of every level, as it is now. */
  listPartitions(): Promise<StoredPartition[]>;
  /** Rows of a partition, counted; of a sealed day its samples; 0 of one that is gone. */
  countRows(partition: PartitionSpan): Promise<number>;
  /** Drops one, and with it writes the row of who asked for it; gives up (55P03) when somebody uses its table for longer than 2 s. */
  dropPartition(partition: PartitionSpan, row?: AuditRow | null): Promise<void>;
  /** The row of a clean-up that found nothing to drop. */
  recordCleanUp(row: AuditRow): Promise<void>;
  /**
   * Brings the roll-ups up to date, at most some 200,000 samples at a time; `hasMore` when more wait. Of days before
   * `wholeHoursBeforeMs` whole hours are made again, since roll-ups of then may have been dropped.
   */
  rollUp(options: {
    nowMs: number;
    wholeHoursBeforeMs: number;
  }): Promise<{ ranges: number; hasMore: boolean }>;
  /** Seals the raw days that end at or before this time and are rolled up; answers their partitions' names. Rejects when aborted. */
  sealDays(options: { beforeMs: number; signal: AbortSignal }): Promise<string[]>;
  /** How far roll-ups and seals are. */
  readUpkeep(): Promise<StoredUpkeep>;
}

export function createGpuStore(prisma: PrismaClient): GpuStore {
  const devices = createDeviceStore(prisma);
  const partitions = createPartitionStore(prisma);
  return {
    ...devices,
    ...partitions,
    ...createSampleWriteStore({ prisma, devices, partitions }),
    ...createRollUpStore(prisma, partitions),
    ...createSealedStore(prisma, partitions),
    ...createSampleReadStore(prisma),
    ...createHistoryStore(prisma),
    ...createRawPointStore(prisma),
  };
}
