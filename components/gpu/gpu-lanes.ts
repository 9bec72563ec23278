import {
  dashes,
  type ChartLine,
  type ChartThreshold,
  simulatedDashes,
} from "@/components/charts/chart-line";
import type { ChartColour } from "@/components/charts/chart-colours";
import type { SeriesGap } from "@/domain/chart/series-gap";
import { valuedPoints } from "@/domain/chart/valued-points";
import type { YRange } from "@/domain/chart/y-range";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import {
  columnOf,
  type SeriesWindow,
  slowestCadenceMs,
  valueGaps,
} from "@/domain/fleet/series-points";
import type { PressureThresholds } from "@/domain/pressure/pressure-level";
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
  "xidCode",
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
  /** Whether it marks when the memory was critical. */
  showsPressure: boolean;
}

interface LaneContext {
  /** The newest sample; null when the GPU is known from its history only. */
  gpu: LatestGpu | null;
  known: SeriesWindow;
  thresholds: PressureThresholds;
}

/** The five lanes of one GPU. Limits and reasons come from the newest sample. */
export function gpuLanes(series: GpuHistorySeries, context: LaneContext): GpuLane[] {
  const { gpu, known, thresholds } = context;
  const sample = gpu?.sample ?? null;
  return lanes.map((lane) => {
    const [first] = lane.lines;
    const metric = first?.metric ?? "utilizationPercent";
    const lines = lane.lines
      .map((line, place) => laneLine(line, { series, lane, place, gpu, known }))
      .filter((line) => line.timesMs.length > 0);
    return {
      title: lane.title,
      unit: metricUnit(metric),
      lines,
      missing: Object.fromEntries(
        lines.map(({ key }) => [key, valueGaps(series, key as GpuMetric, known)]),
      ),
      ...scaleOf(metric, { series, sample, thresholds }),
      formatTick: laneTick(metric),
      emptyReason:
        lines.length > 0 || series.timesMs.length === 0
          ? null
          : `– ${missingText(sample?.missing[metric])}`,
      showsThrottling: lane.showsThrottling === true,
      showsPressure: metric === "memoryUsedMib",
    };
  });
}

/** How a lane writes the figures of its axis: memory in whole GiB. */
export function laneTick(metric: GpuMetric): (value: number) => string {
  return metric === "memoryUsedMib"
    ? (value) => formatFigure(Math.round(value / 1_024))
    : formatFigure;
}

function laneLine(
  { metric, label, colour }: LaneLine,
  of: {
    series: GpuHistorySeries;
    lane: LaneFacts;
    place: number;
    gpu: LatestGpu | null;
    known: SeriesWindow;
  },
): ChartLine {
  const { series, lane, place, gpu, known } = of;
  const source = gpu?.sample.source ?? series.sources.findLast((one) => one !== null);
  const isSimulated = source === "simulated";
  const isAlone = lane.lines.length === 1 && !isSimulated;
  return {
    key: metric,
    label,
    colour: isSimulated ? "--series-0" : colour,
    dash: (isSimulated ? simulatedDashes : dashes)[isAlone ? 0 : place],
    isArea: lane.isArea === true,
    ...metricPoints(series, metric, known),
    ...(gpu && { now: gpu.stale ? null : gpu.sample.values[metric] }),
    format: (value) => metricFigure(metric, value),
  };
}

const REACH_CADENCES = 1.5;

/** The points of one value, and how far apart they may be at most. */
export function metricPoints(
  series: GpuHistorySeries,
  metric: GpuMetric,
  known: SeriesWindow,
): Pick<ChartLine, "timesMs" | "mean" | "min" | "max" | "counts" | "reachMs"> {
  const cadenceMs = slowestCadenceMs(series, metric, known.cadenceMs);
  return {
    ...valuedPoints({
      timesMs: series.timesMs,
      mean: columnOf(series, metric),
      min: series.min?.[metric] ?? null,
      max: series.max?.[metric] ?? null,
      counts: series.counts,
    }),
    reachMs: Math.max(cadenceMs, known.stepMs ?? 0) * REACH_CADENCES,
  };
}

interface LaneScale {
  fixedRange: YRange | null;
  ticks: number[] | undefined;
  thresholds: ChartThreshold[];
}

const PERCENT_TOP = 105;
const free: LaneScale = { fixedRange: null, ticks: undefined, thresholds: [] };

function scaleOf(
  metric: GpuMetric,
  of: { series: GpuHistorySeries; sample: GpuSample | null; thresholds: PressureThresholds },
): LaneScale {
  const { series, sample, thresholds } = of;
  const newest = (name: GpuMetric) =>
    sample?.values[name] ?? series.mean[name]?.findLast((value) => value !== null) ?? null;
  if (metric === "utilizationPercent")
    return { ...free, fixedRange: { min: 0, max: PERCENT_TOP }, ticks: [0, 50, 100] };
  if (metric === "memoryUsedMib") return memoryScale(newest("memoryTotalMib"), thresholds);
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

function memoryScale(totalMib: number | null, thresholds: PressureThresholds): LaneScale {
  if (totalMib === null) return free;
  return {
    fixedRange: { min: 0, max: totalMib * 1.04 },
    ticks: [0, totalMib / 2, totalMib],
    thresholds: [
      {
        value: (totalMib * thresholds.warningPercent) / 100,
        label: `${formatFigure(thresholds.warningPercent)} %`,
        tone: "warn",
        side: "left",
      },
      {
        value: (totalMib * thresholds.criticalPercent) / 100,
        label: `${formatFigure(thresholds.criticalPercent)} %`,
        tone: "crit",
      },
    ],
  };
}
