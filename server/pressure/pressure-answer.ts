import { isSimulated } from "@/domain/gpu/gpu-sample";
import { advisedConcurrency } from "@/domain/pressure/advised-concurrency";
import type { GpuPressure, Pressure, PressureTotals } from "@/domain/pressure/gpu-pressure";
import { thresholdKeys } from "@/domain/pressure/pressure-event-keys";
import type { PressureLevel } from "@/domain/pressure/pressure-level";

/** Times are ISO 8601 in UTC. */
const iso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());

/**
 * The answer of `/api/system/gpu/pressure`: first the reference's seven keys, then ours. `gpu`: of that one alone.
 * `max`: what the service allows without pressure.
 */
export function pressureAnswer(
  pressure: Pressure,
  { gpu, max, version }: { gpu: GpuPressure | null; max: number; version: number },
): Record<string, unknown> {
  const gpus = gpu ? [gpu] : pressure.gpus;
  const level = gpu ? (gpu.stale ? null : gpu.level) : pressure.level;
  const totals = totalsOf(gpus);
  return {
    current_level: level,
    ...thresholdKeys(pressure.thresholds),
    total_warning_events: totals.warningCount,
    total_critical_events: totals.criticalCount,
    last_warning_event_at: iso(totals.lastWarningAtMs),
    last_critical_event_at: iso(totals.lastCriticalAtMs),
    max,
    advised_concurrency: advisedConcurrency(level, max),
    note: noteOf(level, gpus),
    since: iso(sinceOf(level, gpus)),
    version,
    server_time: iso(pressure.serverTimeMs),
    gpus: gpus.map((one) => gpuKeys(one, max)),
  };
}

/** Of several GPUs: how often any of them entered a level, and when last. */
function totalsOf(gpus: readonly GpuPressure[]): PressureTotals {
  const newest = (times: (number | null)[]) =>
    times.reduce<number | null>(
      (last, atMs) => (atMs === null ? last : Math.max(atMs, last ?? 0)),
      null,
    );
  const sum = (counts: number[]) => counts.reduce((total, one) => total + one, 0);
  return {
    warningCount: sum(gpus.map(({ totals }) => totals.warningCount)),
    criticalCount: sum(gpus.map(({ totals }) => totals.criticalCount)),
    lastWarningAtMs: newest(gpus.map(({ totals }) => totals.lastWarningAtMs)),
    lastCriticalAtMs: newest(gpus.map(({ totals }) => totals.lastCriticalAtMs)),
  };
}

/** Since when something is at this level: of several GPUs the longest. */
function sinceOf(level: PressureLevel | null, gpus: readonly GpuPressure[]): number | null {
  if (level === null) return null;
  const times = gpus
    .filter((one) => one.level === level && !one.stale)
    .map(({ sinceMs }) => sinceMs)
    .filter((atMs) => atMs !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Why there is no level, so that nobody takes that for "all is well". */
function noteOf(level: PressureLevel | null, gpus: readonly GpuPressure[]): string | null {
  if (level !== null) return null;
  const because = reasonOf(gpus);
  return `${because} Without a level there is no ground to hold back, so advised_concurrency is max.`;
}

function reasonOf(gpus: readonly GpuPressure[]): string {
  if (gpus.length === 0) return "No GPU is known.";
  if (gpus.every(({ stale }) => stale)) return "No GPU reports now; what is listed is old.";
  if (gpus.every((one) => one.stale || isSimulated(one)))
    return "Only simulated GPUs report; their levels are in gpus and stand for nothing real.";
  return "No GPU that reports tells its memory.";
}

function gpuKeys(gpu: GpuPressure, max: number) {
  const { forecast, totals } = gpu;
  return {
    gpu_index: gpu.gpuIndex,
    gpu_uuid: gpu.gpuUuid,
    host: gpu.host,
    parent_uuid: gpu.parentUuid,
    source: gpu.source,
    simulated: isSimulated(gpu),
    stale: gpu.stale,
    level: gpu.level,
    since: iso(gpu.sinceMs),
    memory_share: gpu.sharePercent,
    memory_used: gpu.memoryUsedMib,
    memory_total: gpu.memoryTotalMib,
    recorded_at: iso(gpu.recordedAtMs),
    advised_concurrency: advisedConcurrency(gpu.stale ? null : gpu.level, max),
    forecast: forecast && {
      seconds_to_critical: forecast.secondsToCritical,
      confidence: forecast.confidence,
      slope_per_minute: forecast.slopePerMinute,
      span_seconds: forecast.spanSeconds,
    },
    total_warning_events: totals.warningCount,
    total_critical_events: totals.criticalCount,
  };
}
