import type { CleanUpReport, CleanUpRequest } from "@/domain/gpu/clean-up";
import type { AuditOrigin } from "@/server/audit";
import type { AuditRow, GpuStore } from "./gpu-store";
import type { StoredPartition } from "./partition-store";
import { partitionedTables, type RetainedLevel } from "./partition-tables";
import { isLockTimeout, isTooSlow } from "./store-error";

const DAY_MS = 86_400_000;

export type RetentionDays = Readonly<Record<RetainedLevel, number>>;

/** What the clean-up needs. */
export interface CleanUpContext {
  store: Pick<GpuStore, "listPartitions" | "countRows" | "dropPartition" | "recordCleanUp">;
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

/** One that is due, with what goes with it. */
interface DuePartition {
  partition: StoredPartition;
  rows: number;
}

async function duePartitions(ctx: CleanUpContext): Promise<DuePartition[]> {
  const due: DuePartition[] = [];
  for (const partition of expired(await ctx.store.listPartitions(), ctx))
    due.push({ partition, rows: await rowsOf(partition, ctx) });
  return due;
}

function tablesOf(due: readonly DuePartition[], { retentionDays }: CleanUpContext) {
  return partitionedTables.map(({ name, level }) => {
    const own = due.filter(({ partition }) => partition.table.name === name);
    return {
      table: name,
      retentionDays: retentionDays[level],
      partitions: own.map(({ partition }) => partition.name),
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
      bytes: own.reduce((sum, { partition }) => sum + partition.bytes, 0),
    };
  });
}

/** What was found due when somebody asked; what of it is in use goes later, by itself. */
function auditRow(
  due: readonly DuePartition[],
  ctx: CleanUpContext,
  origin: AuditOrigin,
): AuditRow {
  const tables = tablesOf(due, ctx).map((table) => ({
    ...table,
    partitions: table.partitions.length,
  }));
  const draft = { action: "retention.cleanup", target: "GPU samples past the retention" };
  return { origin, draft: { ...draft, before: null, after: { tables } } };
}

/** Drops them oldest first, the first one together with the row of who asked. Answers which were in use for too long. */
async function dropAll(
  due: readonly DuePartition[],
  ctx: CleanUpContext,
  origin: AuditOrigin | null,
): Promise<Set<StoredPartition>> {
  const postponed = new Set<StoredPartition>();
  let row = origin && auditRow(due, ctx, origin);
  for (const { partition } of due) {
    try {
      await ctx.store.dropPartition(partition, row);
      row = null;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      postponed.add(partition);
    }
  }
  if (row) await ctx.store.recordCleanUp(row);
  return postponed;
}

/**
 * Drops every partition past the retention of its level, oldest first; with `dryRun` only says which. One that is in use for
 * long is left to the next run. Who asked for it (null: the portal itself) stands in the audit before anything is gone for good: the
 * row is written in the transaction of the first drop. Rejects with the store's error.
 */
export async function cleanUp(
  ctx: CleanUpContext,
  { dryRun }: CleanUpRequest,
  origin: AuditOrigin | null,
): Promise<CleanUpReport> {
  const due = await duePartitions(ctx);
  const postponed = dryRun ? new Set<StoredPartition>() : await dropAll(due, ctx, origin);
  const tables = tablesOf(
    due.filter(({ partition }) => !postponed.has(partition)),
    ctx,
  );
  const isRaw = ({ table }: { table: string }) => table === "gpu_stats" || table === "gpu_hours";
  return {
    dryRun,
    atMs: ctx.nowMs(),
    gpuStatsDeleted: tables.filter(isRaw).reduce((sum, { rows }) => sum + rows, 0),
    bytesReclaimed: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    tables,
    postponed: [...postponed].map(({ name }) => name),
  };
}
