import { setTimeout as sleep } from "node:timers/promises";
import type { GpuStore } from "./gpu-store";

const DAY_MS = 86_400_000;

/** Raw samples are kept this long; older ones are neither stored nor taken. */
export const RETENTION_MS = 30 * DAY_MS;

const EVERY_MS = 3_600_000;
const RETRY_MS = 60_000;

export interface PartitionJobOptions {
  store: Pick<GpuStore, "ensurePartitions" | "dropPartitionsBefore">;
  nowMs: () => number;
  onDropped: (names: string[]) => void;
  /** Called when it begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
  /** The pause after a failure. */
  retryMs?: number;
}

/** One run: partitions for today and tomorrow are there, those past the retention are gone. Answers their names. */
async function keepPartitions(
  options: Pick<PartitionJobOptions, "store" | "nowMs">,
): Promise<string[]> {
  const nowMs = options.nowMs();
  await options.store.ensurePartitions([nowMs, nowMs + DAY_MS]);
  return options.store.dropPartitionsBefore(nowMs - RETENTION_MS);
}

/** Runs each hour until the signal is aborted; after a failure it tries again in a minute. Never throws. */
export async function runPartitionJob(
  options: PartitionJobOptions,
  signal: AbortSignal,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    let waitMs = EVERY_MS;
    try {
      const dropped = await keepPartitions(options);
      if (dropped.length > 0) options.onDropped(dropped);
      if (isFailing) options.onStateChange(null);
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.onStateChange(error);
      isFailing = true;
      waitMs = options.retryMs ?? RETRY_MS;
    }
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
