import { type GpuSample, isSimulated } from "@/domain/gpu/gpu-sample";
import { isOfNow } from "@/domain/gpu/staleness";
import type { GpuTick } from "@/domain/realtime/realtime-events";

/**
 * The tick for these samples, or null when none is live: one that came late belongs to history, and a live chart would
 * draw it as if it were new.
 */
export function tickOf(
  samples: readonly GpuSample[],
  tick: Omit<GpuTick, "samples" | "simulated">,
): GpuTick | null {
  const live = samples.filter(({ recordedAtMs }) =>
    isOfNow({ recordedAtMs, nowMs: tick.serverTimeMs, pollIntervalMs: tick.pollIntervalMs }),
  );
  if (live.length === 0) return null;
  return { ...tick, simulated: live.some(isSimulated), samples: live };
}
