import type { CleanUpReport, CleanUpRequest } from "@/domain/gpu/clean-up";
import type { GpuStore } from "./gpu-store";
import type { StoredPartition } from "./partition-store";
import { partitionedTables, type RetainedLevel } from "./partition-tables";
import { isLockTimeout, isTooSlow } from "./store-error";

const DAY_MS = 86_400_000;

export type RetentionDays = Readonly<Record<RetainedLevel, number>>;

/** What the clean-up needs. */
export interface CleanUpContext {
  store: Pick<GpuStore, "listPartitions" | "countRows" | "dropPartition">;
  retentionDays: RetentionDays;
  nowMs: () => number;
}

/** Partitions that hold nothing of the retention. */
function expired(partitions: readonly StoredPartition[], ctx: CleanUpContext): StoredPartition[] {
  const nowMs = ctx.nowMs();
  return partitions.filter(
    ({ table, toMs }) => toMs <= nowMs - ctx.retentionDays[table.level] * DAY_MS,
  );
}

/** One that takes too long to count is estimated: it must go all the same. */
function rowsOf(partition: StoredPartition, { store }: CleanUpContext): Promise<number> {
  return store.countRows(partition).catch((error: unknown) => {
    if (isTooSlow(error)) return Math.round(partition.aboutRows);
    throw error;
  });
}

/**
 * Drops every partition past the retention of its level, oldest first; with `dryRun` only says which. One that is in use for
 * long is left to the next run. Rejects with the store's error.
 */
export async function cleanUp(
  ctx: CleanUpContext,
  { dryRun }: CleanUpRequest,
): Promise<CleanUpReport> {
  const tables = partitionedTables.map(({ name, level }) => ({
    table: name,
    retentionDays: ctx.retentionDays[level],
    partitions: [] as string[],
    rows: 0,
    bytes: 0,
  }));
  const postponed: string[] = [];
  for (const partition of expired(await ctx.store.listPartitions(), ctx)) {
    const entry = tables.find(({ table }) => table === partition.table.name);
    const rows = await rowsOf(partition, ctx);
    try {
      if (!dryRun) await ctx.store.dropPartition(partition);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      postponed.push(partition.name);
      continue;
    }
    if (!entry) continue;
    entry.partitions.push(partition.name);
    entry.rows += rows;
    entry.bytes += partition.bytes;
  }
  const isRaw = ({ table }: { table: string }) => table === "gpu_stats" || table === "gpu_hours";
  return {
    dryRun,
    atMs: ctx.nowMs(),
    gpuStatsDeleted: tables.filter(isRaw).reduce((sum, { rows }) => sum + rows, 0),
    bytesReclaimed: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    tables,
    postponed,
  };
}
