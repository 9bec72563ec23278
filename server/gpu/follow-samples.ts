import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { GpuStore } from "./gpu-store";

/** A read's worth that does not hold up the event loop. */
const MAX_SAMPLES_A_GPU = 200;

export interface FollowSamplesOptions {
  store: Pick<GpuStore, "readSamplesAfter">;
  /** How far back the first read goes, for a GPU that is not among `startAfterMs` (UUID to time). */
  historyMs: number;
  startAfterMs: ReadonlyMap<string, number>;
  pollIntervalMs: number;
  onSamples: (samples: GpuSample[]) => void;
  /** Called when reading begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
  nowMs: () => number;
}

/**
 * For a portal that does not poll itself because another one does: reads what that one stored, each poll interval. Goes
 * by device and time, so a GPU whose samples come late loses none.
 */
export function followSamples(options: FollowSamplesOptions): { stop: () => Promise<void> } {
  const cursors = new Map(options.startAfterMs);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFailing = false;

  /** True when more is waiting. */
  async function readOnce(): Promise<boolean> {
    const sinceMs = options.nowMs() - options.historyMs;
    const samples = await options.store.readSamplesAfter({
      cursors,
      sinceMs,
      limit: MAX_SAMPLES_A_GPU,
    });
    for (const { gpuUuid, recordedAtMs } of samples)
      cursors.set(gpuUuid, Math.max(recordedAtMs, cursors.get(gpuUuid) ?? 0));
    // A GPU that was not seen for the whole history starts again from there.
    for (const [uuid, atMs] of cursors) if (atMs < sinceMs) cursors.delete(uuid);
    if (samples.length > 0 && !stopped) options.onSamples(samples);
    return samples.length >= MAX_SAMPLES_A_GPU;
  }

  async function turn(): Promise<void> {
    let hasMore = false;
    try {
      hasMore = await readOnce();
      if (isFailing) options.onStateChange(null);
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.onStateChange(error);
      isFailing = true;
    }
    if (!stopped) schedule(hasMore ? 0 : options.pollIntervalMs);
  }

  let running = Promise.resolve();
  function schedule(delayMs: number) {
    timer = setTimeout(() => {
      running = turn();
    }, delayMs);
    timer.unref();
  }
  schedule(0);

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
