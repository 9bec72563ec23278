import { appendSamples, emptySeries } from "@/domain/chart/live-series";
import type { GpuHistory, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";

export type SeriesByUuid = ReadonlyMap<string, GpuHistorySeries>;

/** What is known and of which time. Outside `coveredFromMs…coveredToMs` nothing was asked, so nothing is missing. */
export interface SeriesSnapshot {
  series: SeriesByUuid;
  stepMs: number | null;
  coveredFromMs: number;
  coveredToMs: number;
}

// Long enough for the slowest answer of the history; samples that it holds are dropped again.
const KEPT_FOR_MS = 120_000;

/**
 * Columns of all shown GPUs: the history first, live samples at its end. Samples that arrive while a history is
 * on its way are kept and put behind it, those that it holds already are dropped.
 */
export function createSeriesStore() {
  let shown: SeriesSnapshot = { series: new Map(), stepMs: null, coveredFromMs: 0, coveredToMs: 0 };
  let known: { metrics: readonly GpuMetric[] } | null = null;
  let waiting: GpuSample[] = [];
  const listeners = new Set<() => void>();

  function publish(next: SeriesSnapshot) {
    shown = next;
    for (const listener of listeners) listener();
  }
  function withSamples(
    base: SeriesSnapshot,
    samples: readonly GpuSample[],
    windowFromMs: number,
  ): SeriesSnapshot {
    if (known === null || samples.length === 0) return base;
    const tail = { ...known, stepMs: base.stepMs, windowFromMs };
    const series = new Map(base.series);
    let { coveredToMs } = base;
    for (const [gpuUuid, own] of groupByGpu(samples)) {
      const [first] = own;
      const before = series.get(gpuUuid) ?? (first && emptySeries(first, tail));
      if (before) series.set(gpuUuid, appendSamples(before, own, tail));
      coveredToMs = Math.max(coveredToMs, ...own.map((sample) => sample.recordedAtMs));
    }
    return { ...base, series, coveredToMs };
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    snapshot: () => shown,
    /** Replaces what is shown in one step; each series says which samples it holds already. */
    setHistory: (
      history: Pick<GpuHistory, "series" | "stepMs" | "fromMs" | "toMs">,
      metrics: readonly GpuMetric[],
    ) => {
      known = { metrics };
      const base: SeriesSnapshot = {
        series: new Map(history.series.map((one) => [one.gpuUuid, one])),
        stepMs: history.stepMs,
        coveredFromMs: history.fromMs,
        coveredToMs: history.toMs,
      };
      publish(withSamples(base, waiting, history.fromMs));
    },
    /** New samples; points before `windowFromMs` leave. */
    add: (samples: readonly GpuSample[], windowFromMs: number) => {
      const newestMs = Math.max(0, ...samples.map((sample) => sample.recordedAtMs));
      waiting = [...waiting, ...samples].filter(
        (sample) => sample.recordedAtMs >= newestMs - KEPT_FOR_MS,
      );
      if (known !== null) publish(withSamples(shown, samples, windowFromMs));
    },
    /** A fixed range does not take what came live before it was chosen. */
    forgetLive: () => {
      waiting = [];
    },
  };
}

function groupByGpu(samples: readonly GpuSample[]): Map<string, GpuSample[]> {
  const groups = new Map<string, GpuSample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.gpuUuid);
    if (group) group.push(sample);
    else groups.set(sample.gpuUuid, [sample]);
  }
  return groups;
}
