import type { CarriedSample } from "@/domain/gpu/carried-values";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { type GpuSample, isSimulated } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { isOfNow } from "@/domain/gpu/staleness";

interface FleetParts {
  newest: readonly CarriedSample[];
  sources: SourceStatus[];
  pollIntervalMs: number;
  nowMs: number;
}

/**
 * The newest samples as the answer to "what is now", each with its staleness. Invented GPUs are left out as soon as a
 * real one has sent something newer: they were only shown because there was none.
 */
export function assembleFleet(parts: FleetParts): GpuFleet {
  const { sources, pollIntervalMs, nowMs } = parts;
  const newestRealMs = parts.newest
    .filter(({ sample }) => !isSimulated(sample))
    .reduce((newest, { sample }) => Math.max(newest, sample.recordedAtMs), 0);
  const isSuperseded = (sample: GpuSample) =>
    isSimulated(sample) && newestRealMs > sample.recordedAtMs + pollIntervalMs;
  const gpus = parts.newest
    .filter(({ sample }) => !isSuperseded(sample))
    .map(({ sample, carriedFromMs }) => ({
      sample,
      carriedFromMs,
      stale: !isOfNow({ recordedAtMs: sample.recordedAtMs, nowMs, pollIntervalMs }),
    }));
  const simulated = gpus.some(({ sample }) => isSimulated(sample));
  return { gpus, simulated, sources, pollIntervalMs, serverTimeMs: nowMs };
}
