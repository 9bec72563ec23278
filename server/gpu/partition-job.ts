import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp, type RetentionDays } from "./clean-up";
import type { GpuStore, StoredUpkeep } from "./gpu-store";
import type { StoredPartition } from "./partition-store";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A day is sealed this long after its end: by then a spool of two hours has come in. */
const SEAL_AFTER_MS = 3 * HOUR_MS;
const ROLL_UP_EVERY_MS = 10_000;
const MEASURE_EVERY_MS = 60_000;
const RETRY_MS = 60_000;

/** What the job does, each on a beat of its own. */
export const partitionTasks = ["partitions", "rollUp", "retention", "seal", "measure"] as const;
export type PartitionTask = (typeof partitionTasks)[number];

export interface PartitionJobOptions {
  store: Pick<
    GpuStore,
    | "ensurePartitions"
    | "listPartitions"
    | "countRows"
    | "dropPartition"
    | "recordCleanUp"
    | "rollUp"
    | "sealDays"
    | "readUpkeep"
  >;
  retentionDays: RetentionDays;
  nowMs: () => number;
  /** Partitions past the retention that are gone, and raw days that were sealed. */
  onDropped: (names: string[]) => void;
  onSealed: (names: string[]) => void;
  /** Called when a task begins to fail (with the error) and when it works again (null). */
  onStateChange: (task: PartitionTask, error: unknown) => void;
  /** The pause after a failure. */
  retryMs?: number;
}

/** What is known of the tables, for metrics. Of a portal that does not run the job nothing is. */
export interface PartitionJobState {
  isRunning: boolean;
  /** True when the last run of a task worked, with its time; absent before the first. */
  lastRuns: Partial<Record<PartitionTask, { isOk: boolean; atMs: number }>>;
  partitions: readonly StoredPartition[];
  upkeep: StoredUpkeep | null;
}

export interface PartitionJob {
  /** Runs until the signal is aborted; after a failure it tries again in a minute. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  state(): PartitionJobState;
}

/** Roll-ups of before this time may be gone while the raw samples are still there. */
function wholeHoursBeforeMs({ retentionDays, nowMs }: PartitionJobOptions): number {
  return nowMs() - Math.min(retentionDays["10s"], retentionDays["1m"]) * DAY_MS;
}

/** Makes partitions ahead of need, rolls up, seals days that are over and drops what is past the retention. */
export function createPartitionJob(options: PartitionJobOptions): PartitionJob {
  const { store, nowMs } = options;
  const lastRuns: PartitionJobState["lastRuns"] = {};
  let partitions: readonly StoredPartition[] = [];
  let upkeep: StoredUpkeep | null = null;
  let running: AbortSignal | null = null;

  async function rollUpAll(signal: AbortSignal): Promise<void> {
    let hasMore = true;
    while (hasMore && !signal.aborted)
      ({ hasMore } = await store.rollUp({
        nowMs: nowMs(),
        wholeHoursBeforeMs: wholeHoursBeforeMs(options),
      }));
    upkeep = await store.readUpkeep(); // as often as it changes, or the metric of its lag lags itself
  }

  const tasks: Record<PartitionTask, (signal: AbortSignal) => Promise<void>> = {
    partitions: () => store.ensurePartitions([nowMs(), nowMs() + DAY_MS]),
    rollUp: rollUpAll,
    async retention() {
      const { tables } = await cleanUp(options, { dryRun: false }, null);
      const names = tables.flatMap((table) => table.partitions);
      if (names.length > 0) options.onDropped(names);
    },
    async seal(signal) {
      const names = await store.sealDays({ beforeMs: nowMs() - SEAL_AFTER_MS, signal });
      if (names.length > 0) options.onSealed(names);
    },
    async measure() {
      partitions = await store.listPartitions();
      upkeep = await store.readUpkeep();
    },
  };

  /** True when it worked. */
  async function runTask(task: PartitionTask, signal: AbortSignal): Promise<boolean> {
    const isOver = () => signal.aborted; // the lock or the portal is going: that is no failure
    if (isOver()) return true;
    const wasOk = lastRuns[task]?.isOk ?? true;
    let isOk = true;
    try {
      await tasks[task](signal);
      if (!wasOk) options.onStateChange(task, null);
    } catch (error) {
      if (isOver()) return true;
      isOk = false;
      if (wasOk) options.onStateChange(task, error);
    }
    lastRuns[task] = { isOk, atMs: nowMs() };
    return isOk;
  }

  /** These tasks in turn, again and again. */
  async function repeat(
    names: readonly PartitionTask[],
    everyMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const retryMs = options.retryMs ?? RETRY_MS;
    while (!signal.aborted) {
      let waitMs = everyMs;
      for (const task of names)
        if (!(await runTask(task, signal))) waitMs = Math.min(waitMs, retryMs);
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    async run(signal) {
      running = signal;
      await Promise.all([
        repeat(["partitions", "retention", "seal"], HOUR_MS, signal),
        repeat(["rollUp"], ROLL_UP_EVERY_MS, signal),
        repeat(["measure"], MEASURE_EVERY_MS, signal),
      ]);
    },
    state: () => ({
      isRunning: running?.aborted === false,
      lastRuns,
      partitions,
      upkeep,
    }),
  };
}
