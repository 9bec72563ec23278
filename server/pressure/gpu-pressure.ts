import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuPressure } from "@/domain/pressure/gpu-pressure";
import { type TrackedGpu, unknownGpu } from "./pressure-tracker";

/** One GPU as clients see it. Before its first live sample only what the database knew of it. */
export function gpuPressure(
  { sample, stale }: LatestGpu,
  { tracked, nowMs }: { tracked: TrackedGpu | undefined; nowMs: number },
): GpuPressure {
  const { state, memory, totals } = tracked ?? unknownGpu();
  return {
    gpuUuid: sample.gpuUuid,
    host: sample.host,
    gpuIndex: sample.gpuIndex,
    parentUuid: sample.parentUuid,
    source: sample.source,
    level: state.level,
    sinceMs: state.level === null ? null : state.sinceMs,
    ...memory,
    recordedAtMs: sample.recordedAtMs,
    stale,
    forecast: stale ? null : forecastNow(tracked, nowMs),
    totals,
  };
}

/** The newest forecast, counted down to now. */
function forecastNow(tracked: TrackedGpu | undefined, nowMs: number): GpuPressure["forecast"] {
  if (!tracked?.forecast || tracked.state.level === "critical") return null;
  const { atMs, secondsToCritical, ...rest } = tracked.forecast;
  const elapsedSeconds = Math.max(0, nowMs - atMs) / 1_000;
  return { ...rest, secondsToCritical: Math.max(0, secondsToCritical - elapsedSeconds) };
}

/** Two equal ones need not be told apart: a version changes with this and with nothing else. */
export function signatureOf({ level, stale, source }: GpuPressure, isAnnounced: boolean): string {
  return `${level ?? "unknown"} ${stale} ${source === "simulated"} ${isAnnounced}`;
}
