import type { GpuSample, GpuSource } from "@/domain/gpu/gpu-sample";
import { type CriticalForecast, forecastCritical } from "@/domain/pressure/forecast-critical";
import {
  type ForecastAlarm,
  nextForecastAlarm,
  noForecastAlarm,
} from "@/domain/pressure/forecast-alarm";
import type { PressureTotals } from "@/domain/pressure/gpu-pressure";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import type { PressureLevel, PressureThresholds } from "@/domain/pressure/pressure-level";
import {
  nextPressure,
  type PressureState,
  restoredPressure,
  unknownPressure,
} from "@/domain/pressure/pressure-machine";
import { addShare, type ShareWindow } from "@/domain/pressure/share-window";
import type { StoredState } from "./pressure-store";

/** What is known of the memory of one GPU. */
export interface TrackedGpu {
  state: PressureState;
  memory: Pick<PressureEvent, "sharePercent" | "memoryUsedMib" | "memoryTotalMib">;
  window: ShareWindow;
  forecast: (CriticalForecast & { atMs: number }) | null;
  alarm: ForecastAlarm;
  totals: PressureTotals;
  /** Transitions since the start, by source and level entered: a counter of Prometheus. */
  transitions: Map<string, { source: GpuSource; level: PressureLevel; count: number }>;
}

export type NewPressureEvent = Omit<PressureEvent, "sequence">;

const noMemory = { sharePercent: null, memoryUsedMib: null, memoryTotalMib: null };
const noTotals: PressureTotals = {
  warningCount: 0,
  criticalCount: 0,
  lastWarningAtMs: null,
  lastCriticalAtMs: null,
};
/** More than any ring holds; UUIDs that come and go must not fill the memory. */
const MAX_GPUS = 8_192;

/** A GPU of which nothing is known yet. */
export function unknownGpu(): TrackedGpu {
  return {
    state: unknownPressure,
    memory: noMemory,
    window: [],
    forecast: null,
    alarm: noForecastAlarm,
    totals: noTotals,
    transitions: new Map<string, { source: GpuSource; level: PressureLevel; count: number }>(),
  };
}

/** The levels of all GPUs, from sample to sample. */
export class PressureTracker {
  readonly #gpus = new Map<string, TrackedGpu>();
  readonly #thresholds: PressureThresholds;

  constructor(thresholds: PressureThresholds) {
    this.#thresholds = thresholds;
  }

  /** Goes on from what was stored. Once, at the start; of a GPU that sent something meanwhile only the totals count. */
  restore(states: readonly StoredState[]): void {
    for (const { gpuUuid, level, sinceMs, totals } of states) {
      const known = this.#gpus.get(gpuUuid);
      this.#gpus.set(
        gpuUuid,
        known
          ? { ...known, totals: sumOf(totals, known.totals) }
          : { ...unknownGpu(), state: restoredPressure(level, sinceMs), totals },
      );
    }
  }

  of(gpuUuid: string): TrackedGpu | undefined {
    return this.#gpus.get(gpuUuid);
  }

  all(): ReadonlyMap<string, TrackedGpu> {
    return this.#gpus;
  }

  /** Takes one live sample; answers what it made happen. */
  accept(sample: GpuSample): NewPressureEvent[] {
    const before = this.#gpus.get(sample.gpuUuid) ?? unknownGpu();
    const memory = memoryOf(sample, before);
    if (memory === null) return [];
    const atMs = sample.recordedAtMs;
    const { sharePercent } = memory;
    const { state, change } = nextPressure(before.state, { atMs, sharePercent }, this.#thresholds);
    const window = sharePercent === null ? [] : addShare(before.window, { atMs, sharePercent });
    const forecast = window === before.window ? before.forecast : this.#forecast(window, atMs);
    const { alarm, change: alarmChange } = nextForecastAlarm(before.alarm, {
      atMs,
      forecast,
      isCritical: state.level === "critical",
    });
    const gpu: TrackedGpu = { ...before, state, memory, window, forecast, alarm };
    const events: NewPressureEvent[] = [];
    if (change) {
      events.push(
        eventOf(sample, { gpu, kind: "level", fromLevel: change.from, level: change.to }),
      );
      count(gpu, { source: sample.source, level: change.to, atMs });
    }
    if (alarmChange) {
      const level = state.lastLevel ?? "normal";
      const kind = alarmChange === "raised" ? "forecast" : (`forecast_${alarmChange}` as const);
      events.push(eventOf(sample, { gpu, kind, fromLevel: level, level }));
    }
    this.#gpus.set(sample.gpuUuid, gpu);
    if (this.#gpus.size > MAX_GPUS) this.#forgetFirst();
    return events;
  }

  #forecast(window: ShareWindow, atMs: number): TrackedGpu["forecast"] {
    const forecast = forecastCritical(window, this.#thresholds.criticalPercent);
    return forecast && { ...forecast, atMs };
  }

  #forgetFirst(): void {
    const [first] = this.#gpus.keys();
    if (first !== undefined) this.#gpus.delete(first);
  }
}

function sumOf(before: PressureTotals, since: PressureTotals): PressureTotals {
  return {
    warningCount: before.warningCount + since.warningCount,
    criticalCount: before.criticalCount + since.criticalCount,
    lastWarningAtMs: since.lastWarningAtMs ?? before.lastWarningAtMs,
    lastCriticalAtMs: since.lastCriticalAtMs ?? before.lastCriticalAtMs,
  };
}

/** The memory that a sample tells of; null when it tells nothing new, because this source reads memory on a slower beat. */
function memoryOf(sample: GpuSample, before: TrackedGpu): TrackedGpu["memory"] | null {
  const { values, missing } = sample;
  if (missing.memoryUsedMib === "not_sampled") return null;
  const used = values.memoryUsedMib;
  const total =
    missing.memoryTotalMib === "not_sampled" ? before.memory.memoryTotalMib : values.memoryTotalMib;
  const isKnown = used !== null && total !== null && total > 0 && sample.memoryKind !== "unified";
  return {
    sharePercent: isKnown ? (used / total) * 100 : null,
    memoryUsedMib: used,
    memoryTotalMib: total,
  };
}

function eventOf(
  sample: GpuSample,
  event: Pick<PressureEvent, "kind" | "fromLevel" | "level"> & { gpu: TrackedGpu },
): NewPressureEvent {
  const { gpu, ...what } = event;
  const { forecast } = gpu;
  return {
    ...what,
    gpuUuid: sample.gpuUuid,
    host: sample.host,
    gpuIndex: sample.gpuIndex,
    source: sample.source,
    atMs: sample.recordedAtMs,
    ...gpu.memory,
    secondsToCritical: forecast?.secondsToCritical ?? null,
    confidence: forecast?.confidence ?? null,
  };
}

function count(
  gpu: TrackedGpu,
  entered: { source: GpuSource; level: PressureLevel; atMs: number },
): void {
  const { source, level, atMs } = entered;
  const key = `${source} ${level}`;
  gpu.transitions.set(key, { source, level, count: (gpu.transitions.get(key)?.count ?? 0) + 1 });
  const { totals } = gpu;
  if (level === "warning")
    gpu.totals = { ...totals, warningCount: totals.warningCount + 1, lastWarningAtMs: atMs };
  if (level === "critical")
    gpu.totals = { ...totals, criticalCount: totals.criticalCount + 1, lastCriticalAtMs: atMs };
}
