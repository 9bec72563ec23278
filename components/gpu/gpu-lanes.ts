import {
  dashes,
  type ChartLine,
  type ChartThreshold,
  simulatedDashes,
} from "@/components/charts/chart-line";
import type { ChartColour } from "@/components/charts/chart-colours";
import { findMissingValues, type SeriesGap } from "@/domain/chart/series-gap";
import type { YRange } from "@/domain/chart/y-range";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { columnOf, gapSearch, type SeriesWindow } from "@/domain/fleet/series-points";
import { MEMORY_CRITICAL_PERCENT, MEMORY_WARNING_PERCENT } from "@/domain/units/format-memory";
import { formatFigure } from "@/domain/units/format-number";
import { metricFigure, metricUnit, missingText } from "@/domain/units/gpu-metric-display";

interface LaneLine {
  metric: GpuMetric;
  label: string;
  colour: ChartColour;
}

interface LaneFacts {
  title: string;
  lines: readonly LaneLine[];
  isArea?: boolean;
  /** Whether clocks that are held down are marked in it. */
  showsThrottling?: boolean;
}

const lanes: readonly LaneFacts[] = [
  {
    title: "Utilisation",
    lines: [
      { metric: "utilizationPercent", label: "SM", colour: "--series-1" },
      { metric: "memoryBandwidthPercent", label: "Memory bus", colour: "--series-2" },
    ],
  },
  {
    title: "VRAM",
    lines: [{ metric: "memoryUsedMib", label: "Used", colour: "--series-6" }],
    isArea: true,
  },
  {
    title: "Power",
    lines: [{ metric: "powerWatts", label: "Draw", colour: "--series-2" }],
    showsThrottling: true,
  },
  {
    title: "Temperature",
    lines: [{ metric: "temperatureCelsius", label: "Core", colour: "--series-4" }],
  },
  {
    title: "SM clock",
    lines: [{ metric: "smClockMhz", label: "SM", colour: "--series-7" }],
    showsThrottling: true,
  },
];

/** What the page of one GPU asks the history for. */
export const gpuPageMetrics: readonly GpuMetric[] = [
  ...lanes.flatMap((lane) => lane.lines.map((line) => line.metric)),
  "memoryTotalMib",
  "powerLimitWatts",
  "slowdownTemperatureCelsius",
  "throttleReasons",
];

/** A lane, ready to be drawn. */
export interface GpuLane {
  title: string;
  unit: string;
  lines: ChartLine[];
  missing: Record<string, SeriesGap[]>;
  thresholds: ChartThreshold[];
  fixedRange: YRange | null;
  ticks: number[] | undefined;
  formatTick: (value: number) => string;
  emptyReason: string | null;
  showsThrottling: boolean;
}

/** The five lanes of one GPU. Limits and reasons come from the newest sample. */
export function gpuLanes(
  series: GpuHistorySeries,
  gpu: LatestGpu | null,
  known: SeriesWindow,
): GpuLane[] {
  const sample = gpu?.sample ?? null;
  const isSimulated =
    (sample?.source ?? series.sources.findLast((source) => source !== null)) === "simulated";
  return lanes.map((lane) => {
    const [first] = lane.lines;
    const metric = first?.metric ?? "utilizationPercent";
    const lines = lane.lines.map((line, index) =>
      chartLine(series, line, {
        sample,
        isStale: gpu?.stale === true,
        isSimulated,
        isArea: lane.isArea === true,
        index: lane.lines.length > 1 || isSimulated ? index : 0,
      }),
    );
    return {
      title: lane.title,
      unit: metricUnit(metric),
      lines: lines.filter((line) => line.mean.some((value) => value !== null)),
      missing: missingOf(series, lines, known),
      ...scaleOf(metric, series, sample),
      formatTick: (value) =>
        metric === "memoryUsedMib" ? formatFigure(Math.round(value / 1_024)) : formatFigure(value),
      emptyReason: emptyReason(lines, metric, sample),
      showsThrottling: lane.showsThrottling === true,
    };
  });
}

function chartLine(
  series: GpuHistorySeries,
  line: LaneLine,
  look: {
    sample: GpuSample | null;
    isStale: boolean;
    isSimulated: boolean;
    isArea: boolean;
    index: number;
  },
): ChartLine {
  return {
    key: line.metric,
    label: line.label,
    colour: look.isSimulated ? "--series-0" : line.colour,
    dash: (look.isSimulated ? simulatedDashes : dashes)[look.index],
    isArea: look.isArea,
    timesMs: series.timesMs,
    mean: columnOf(series, line.metric),
    min: series.min?.[line.metric] ?? null,
    max: series.max?.[line.metric] ?? null,
    counts: series.counts,
    ...(look.sample && { now: look.isStale ? null : look.sample.values[line.metric] }),
    format: (value) => metricFigure(line.metric, value),
  };
}

function missingOf(series: GpuHistorySeries, lines: readonly ChartLine[], known: SeriesWindow) {
  const search = gapSearch(series, known);
  return Object.fromEntries(
    lines
      .filter((line) => line.mean.some((value) => value !== null))
      .map((line) => [line.key, findMissingValues(search, line.mean)]),
  );
}

function emptyReason(
  lines: readonly ChartLine[],
  metric: GpuMetric,
  sample: GpuSample | null,
): string | null {
  const hasPoints = lines.some((line) => line.timesMs.length > 0);
  if (!hasPoints || lines.some((line) => line.mean.some((value) => value !== null))) return null;
  return `– ${missingText(sample?.missing[metric])}`;
}

interface LaneScale {
  fixedRange: YRange | null;
  ticks: number[] | undefined;
  thresholds: ChartThreshold[];
}

const PERCENT_TOP = 105;
const free: LaneScale = { fixedRange: null, ticks: undefined, thresholds: [] };

function scaleOf(metric: GpuMetric, series: GpuHistorySeries, sample: GpuSample | null): LaneScale {
  const newest = (name: GpuMetric) =>
    sample?.values[name] ?? series.mean[name]?.findLast((value) => value !== null) ?? null;
  if (metric === "utilizationPercent")
    return { ...free, fixedRange: { min: 0, max: PERCENT_TOP }, ticks: [0, 50, 100] };
  if (metric === "memoryUsedMib") return memoryScale(newest("memoryTotalMib"));
  if (metric === "powerWatts") {
    const limit = newest("powerLimitWatts");
    return {
      ...free,
      thresholds:
        limit === null
          ? []
          : [{ value: limit, label: `limit ${formatFigure(limit)}`, tone: "neutral" }],
    };
  }
  if (metric !== "temperatureCelsius") return free;
  const slowdown = newest("slowdownTemperatureCelsius");
  return {
    ...free,
    thresholds:
      slowdown === null
        ? []
        : [{ value: slowdown, label: `slows at ${formatFigure(slowdown)}`, tone: "crit" }],
  };
}

function memoryScale(totalMib: number | null): LaneScale {
  if (totalMib === null) return free;
  return {
    fixedRange: { min: 0, max: totalMib * 1.04 },
    ticks: [0, totalMib / 2, totalMib],
    thresholds: [
      {
        value: (totalMib * MEMORY_WARNING_PERCENT) / 100,
        label: `${MEMORY_WARNING_PERCENT} %`,
        tone: "warn",
        side: "left",
      },
      {
        value: (totalMib * MEMORY_CRITICAL_PERCENT) / 100,
        label: `${MEMORY_CRITICAL_PERCENT} %`,
        tone: "crit",
      },
    ],
  };
}
