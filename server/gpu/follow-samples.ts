import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { GpuStore } from "./gpu-store";

/** A read's worth that does not hold up the event loop. */
const MAX_SAMPLES_A_GPU = 200;
/** A cursor this far in the future is of before a clock was set back: what comes now lies behind it. */
const AHEAD_MS = 2_000;
/** Then this much is read again each time, and what is known is left out. */
const OVERLAP_MS = 10_000;

export interface FollowSamplesOptions {
  store: Pick<GpuStore, "readSamplesAfter">;
  /** How far back the first read goes, for a GPU that is not among `startAfterMs` (UUID to time). */
  historyMs: number;
  startAfterMs: ReadonlyMap<string, number>;
  pollIntervalMs: number;
  isKnown: (sample: GpuSample) => boolean;
  onSamples: (samples: GpuSample[]) => void;
  /** Samples of before a clock was set back, as far as their times come again: for `isKnown`, and nobody is told. */
  onOldSamples: (samples: GpuSample[]) => void;
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
  let wasAhead: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFailing = false;

  /** True when more is waiting. */
  async function readOnce(): Promise<boolean> {
    const nowMs = options.nowMs();
    const sinceMs = nowMs - options.historyMs;
    const isAhead = (atMs: number) => atMs > nowMs + AHEAD_MS;
    const ahead = new Set([...cursors].filter(([, atMs]) => isAhead(atMs)).map(([uuid]) => uuid));
    const isFirstAgain = (uuid: string) => ahead.has(uuid) && !wasAhead.has(uuid);
    const readAfter = [...cursors].map(([uuid, atMs]): [string, number] => [
      uuid,
      isAhead(atMs) ? nowMs - OVERLAP_MS : atMs,
    ]);
    const read = await options.store.readSamplesAfter({
      cursors: new Map(readAfter),
      sinceMs,
      limit: MAX_SAMPLES_A_GPU,
    });
    const old = read.filter(({ gpuUuid }) => isFirstAgain(gpuUuid));
    const current = read.filter(({ gpuUuid }) => !isFirstAgain(gpuUuid));
    if (old.length > 0 && !stopped) options.onOldSamples(old);
    const samples = current.filter(
      (sample) => !ahead.has(sample.gpuUuid) || !options.isKnown(sample),
    );
    wasAhead = ahead;
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
