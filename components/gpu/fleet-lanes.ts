import { seriesColours } from "@/components/charts/chart-colours";
import {
  dashes,
  othersDash,
  simulatedDashes,
  type ChartLine,
} from "@/components/charts/chart-line";
import { columnOf } from "@/domain/fleet/series-points";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { metricFigure } from "@/domain/units/gpu-metric-display";
import type { SeriesByUuid } from "./series-store";

/**
 * One line a GPU. A GPU keeps its colour and dash on every plot: they follow its index, not its place in a list.
 * From the ninth on all are grey.
 */
export function fleetLines(fleet: GpuFleet, series: SeriesByUuid, metric: GpuMetric): ChartLine[] {
  const isAlone = fleet.gpus.length === 1;
  return fleet.gpus.flatMap(({ sample, stale }): ChartLine[] => {
    const own = series.get(sample.gpuUuid);
    if (!own) return [];
    return [
      {
        key: sample.gpuUuid,
        label: `GPU ${sample.gpuIndex}`,
        ...lookOf(sample, isAlone),
        timesMs: own.timesMs,
        mean: columnOf(own, metric),
        ...bandOf(own, metric, isAlone),
        counts: own.counts,
        now: stale ? null : sample.values[metric],
        format: (value) => metricFigure(metric, value),
      },
    ];
  });
}

function lookOf({ source, gpuIndex }: GpuSample, isAlone: boolean) {
  if (source === "simulated")
    return {
      colour: "--series-0" as const,
      dash: simulatedDashes[gpuIndex % simulatedDashes.length],
    };
  const dash = isAlone ? [] : (dashes[gpuIndex] ?? othersDash);
  return { colour: seriesColours[gpuIndex] ?? ("--series-0" as const), dash };
}

/** Bands of several GPUs would cover each other; a single one keeps its own. */
function bandOf({ min, max }: GpuHistorySeries, metric: GpuMetric, isAlone: boolean) {
  const least = min?.[metric];
  const most = max?.[metric];
  return isAlone && least && most ? { min: least, max: most } : { min: null, max: null };
}
