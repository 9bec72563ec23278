import type { Column } from "../chart/break-at-gaps";
import { findGaps, findMissingValues, type GapSearch, type SeriesGap } from "../chart/series-gap";
import type { GpuHistorySeries } from "../gpu/gpu-history";
import type { GpuMetric } from "../gpu/gpu-metric";
import { metricCadenceMs } from "../gpu/metric-cadence";

/** The window in which a series is looked at, and how often samples are due. */
export interface SeriesWindow {
  fromMs: number;
  toMs: number;
  stepMs: number | null;
  cadenceMs: number;
  /** Time of the newest sample of each GPU, by its id: a GPU is silent since then, not since the end of its bucket. */
  newestMs?: ReadonlyMap<string, number>;
}

// The rule for staleness (domain/gpu/staleness.ts): a sample that is younger may still be on its way.
const TAIL_TOLERANCE_POLLS = 5;
const TAIL_TOLERANCE_AT_LEAST_MS = 5_000;

/** How the gaps of a series are looked for; the same for lines, heat maps and the list of events. */
function gapSearch(series: GpuHistorySeries, window: SeriesWindow): GapSearch {
  const counts = series.counts;
  return {
    timesMs: series.timesMs,
    isPresent: (index) => counts === null || (counts[index] ?? 0) > 0,
    stepMs: window.stepMs ?? 0,
    cadenceMs: window.cadenceMs,
    fromMs: window.fromMs,
    toMs: window.toMs,
    newestMs: window.newestMs?.get(series.gpuUuid) ?? null,
    tailToleranceMs:
      Math.max(TAIL_TOLERANCE_AT_LEAST_MS, TAIL_TOLERANCE_POLLS * window.cadenceMs) +
      (window.stepMs ?? 0),
  };
}

/**
 * Where samples came without this value for longer than its source leaves between two readings: NVML reads a temperature
 * every 5 s and a limit once a minute, nvidia-smi everything with each poll.
 */
export function valueGaps(
  series: GpuHistorySeries,
  metric: GpuMetric,
  window: SeriesWindow,
): SeriesGap[] {
  const { cadenceMs: pollIntervalMs } = window;
  const sourceAt = (index: number) => series.sources[index] ?? null;
  const isInstance = isMigInstance(series.gpuUuid);
  return findMissingValues(
    {
      ...gapSearch(series, window),
      cadenceMsAt: (index) =>
        metricCadenceMs(metric, { source: sourceAt(index), pollIntervalMs, isInstance }),
    },
    columnOf(series, metric),
  );
}

/** Drivers name a MIG instance so; a series does not carry its parent. nvidia-smi reads one once a minute only. */
function isMigInstance(gpuUuid: string): boolean {
  return gpuUuid.startsWith("MIG-");
}

/** The longest time between two readings of this value in a series. */
export function slowestCadenceMs(
  series: Pick<GpuHistorySeries, "gpuUuid" | "sources">,
  metric: GpuMetric,
  pollIntervalMs: number,
): number {
  const sources = [...new Set(series.sources)];
  const isInstance = isMigInstance(series.gpuUuid);
  return Math.max(
    pollIntervalMs,
    ...sources.map((source) => metricCadenceMs(metric, { source, pollIntervalMs, isInstance })),
  );
}

/** Where no sample of this GPU was recorded. */
export function sampleGaps(series: GpuHistorySeries, window: SeriesWindow): SeriesGap[] {
  return findGaps(gapSearch(series, window));
}

/** The column that stands for a metric: its mean, or all nulls when the history lacks it. */
export function columnOf(series: GpuHistorySeries, metric: GpuMetric): Column {
  return series.mean[metric] ?? series.timesMs.map(() => null);
}

/** The most of a metric at each point; of raw samples the sample itself. */
export function mostOf(series: GpuHistorySeries, metric: GpuMetric): Column {
  return series.max?.[metric] ?? columnOf(series, metric);
}
