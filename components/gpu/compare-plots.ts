import type { ChartLine } from "@/components/charts/chart-line";
import { overlapOfGaps, type SeriesGap } from "@/domain/chart/series-gap";
import { fitRange, type YRange } from "@/domain/chart/y-range";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { sampleGaps, type SeriesWindow, valueGaps } from "@/domain/fleet/series-points";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { metricFigure, metricUnit } from "@/domain/units/gpu-metric-display";
import { lineLook } from "./fleet-lanes";
import { laneTick, metricPoints } from "./gpu-lanes";
import type { SeriesByUuid } from "./series-store";

/** One plot of a comparison, ready to be drawn. */
export interface ComparePlot {
  key: string;
  title: string;
  unit: string;
  /** What it is of, for those who do not see it. */
  of: string;
  lines: ChartLine[];
  gaps: SeriesGap[];
  missing: Record<string, SeriesGap[]>;
  fixedRange: YRange | null;
  ticks: number[] | undefined;
  formatTick: (value: number) => string;
}

interface Compared {
  rows: readonly FleetRow[];
  series: SeriesByUuid;
  known: SeriesWindow;
  layout: "overlaid" | "apart";
}

const compared: readonly { metric: GpuMetric; title: string }[] = [
  { metric: "utilizationPercent", title: "Utilisation" },
  { metric: "memoryUsedMib", title: "VRAM used" },
  { metric: "powerWatts", title: "Power" },
  { metric: "temperatureCelsius", title: "Temperature" },
  { metric: "smClockMhz", title: "SM clock" },
];

/** The plots of some GPUs: one a value with a line each, or one a value and GPU, all of a value with one scale. */
export function comparePlots(of: Compared): ComparePlot[] {
  return compared.flatMap(({ metric, title }) => {
    const lines = of.rows.map((row, place) => compareLine(of, { row, place, metric }));
    const present = lines.filter((line) => line !== null);
    const shared = {
      unit: metricUnit(metric),
      formatTick: laneTick(metric),
      ...sharedScale(metric, of, present),
    };
    if (of.layout === "overlaid")
      return [
        {
          ...shared,
          key: metric,
          title,
          of: of.rows.map(({ name }) => name).join(", "),
          lines: present,
          gaps: commonGaps(of),
          missing: Object.fromEntries(
            present.map((line) => [line.key, ownGaps(of, line.key, metric)]),
          ),
        },
      ];
    return of.rows.map((row, place): ComparePlot => {
      const line = lines[place] ?? null;
      const { gpuUuid } = row.gpu.sample;
      const series = of.series.get(gpuUuid);
      return {
        ...shared,
        key: `${metric} ${gpuUuid}`,
        title,
        of: row.name,
        lines: line === null ? [] : [line],
        gaps: series ? sampleGaps(series, of.known) : [],
        missing: series ? { [gpuUuid]: valueGaps(series, metric, of.known) } : {},
      };
    });
  });
}

/** The line of one GPU; null when it has no value in the range. */
function compareLine(
  { series, known, layout, rows }: Compared,
  one: { row: FleetRow; place: number; metric: GpuMetric },
): ChartLine | null {
  const { row, place, metric } = one;
  const { sample, stale } = row.gpu;
  const own = series.get(sample.gpuUuid);
  if (!own) return null;
  const points = metricPoints(own, metric, known);
  if (points.timesMs.length === 0) return null;
  const isOverlaid = layout === "overlaid" && rows.length > 1;
  return {
    key: sample.gpuUuid,
    label: row.name,
    ...lineLook({ isSimulated: sample.source === "simulated", place, isAlone: !isOverlaid }),
    ...points,
    // Bands of several GPUs would cover each other.
    ...(isOverlaid && { min: null, max: null }),
    now: stale ? null : sample.values[metric],
    format: (value) => metricFigure(metric, value),
  };
}

function sharedScale(metric: GpuMetric, of: Compared, lines: readonly ChartLine[]) {
  if (metric === "utilizationPercent")
    return { fixedRange: { min: 0, max: 105 }, ticks: [0, 50, 100] };
  if (metric === "memoryUsedMib") {
    const totals = of.rows.map(({ gpu }) => gpu.sample.values.memoryTotalMib ?? 0);
    const most = Math.max(...totals);
    if (most > 0) return { fixedRange: { min: 0, max: most * 1.04 }, ticks: [0, most / 2, most] };
  }
  if (of.layout === "overlaid") return { fixedRange: null, ticks: undefined };
  const columns = lines.flatMap(({ mean, min, max }) => (min && max ? [min, max] : [mean]));
  return { fixedRange: fitRange(columns), ticks: undefined };
}

/** Only where none of them was sampled may a shared plot be hatched. */
function commonGaps({ rows, series, known }: Compared): SeriesGap[] {
  const own = rows.flatMap(({ gpu }) => series.get(gpu.sample.gpuUuid) ?? []);
  return overlapOfGaps(own.map((one) => sampleGaps(one, known)));
}

/** Where one of them is silent or lacks the value its line ends, whatever the others do. */
function ownGaps({ series, known }: Compared, gpuUuid: string, metric: GpuMetric): SeriesGap[] {
  const own = series.get(gpuUuid);
  return own ? [...sampleGaps(own, known), ...valueGaps(own, metric, known)] : [];
}
