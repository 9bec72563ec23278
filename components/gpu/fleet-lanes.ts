import { seriesColours } from "@/components/charts/chart-colours";
import {
  dashes,
  othersDash,
  simulatedDashes,
  type ChartLine,
} from "@/components/charts/chart-line";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { SeriesWindow } from "@/domain/fleet/series-points";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { metricFigure } from "@/domain/units/gpu-metric-display";
import { metricPoints } from "./gpu-lanes";
import type { SeriesByUuid } from "./series-store";

interface Shown {
  rows: readonly FleetRow[];
  series: SeriesByUuid;
  known: SeriesWindow;
}

/**
 * One line a GPU. A GPU keeps its colour and dash on every plot: of one host they follow its index, of several its place among
 * all. From the ninth on all are grey.
 */
export function fleetLines({ rows, series, known }: Shown, metric: GpuMetric): ChartLine[] {
  const isAlone = rows.length === 1;
  const places = linePlaces(rows);
  return rows.flatMap(({ gpu: { sample, stale }, name }, position): ChartLine[] => {
    const own = series.get(sample.gpuUuid);
    if (!own) return [];
    const points = metricPoints(own, metric, known);
    return [
      {
        key: sample.gpuUuid,
        label: name,
        ...lineLook({
          isSimulated: sample.source === "simulated",
          place: places[position] ?? position,
          isAlone,
        }),
        ...points,
        // Bands of several GPUs would cover each other; a single one keeps its own.
        ...(!isAlone && { min: null, max: null }),
        now: stale ? null : sample.values[metric],
        format: (value) => metricFigure(metric, value),
      },
    ];
  });
}

/** The place of each GPU in the order of colours. */
function linePlaces(rows: readonly FleetRow[]): number[] {
  const indexes = rows.map(({ gpu }) => gpu.sample.gpuIndex);
  const isOneEach = new Set(indexes).size === indexes.length;
  return isOneEach ? indexes : rows.map((_, place) => place);
}

export function lineLook(of: {
  isSimulated: boolean;
  place: number;
  isAlone: boolean;
}): Pick<ChartLine, "colour" | "dash"> {
  const { isSimulated, place, isAlone } = of;
  if (isSimulated)
    return { colour: "--series-0", dash: simulatedDashes[place % simulatedDashes.length] };
  const dash = isAlone ? [] : (dashes[place] ?? othersDash);
  return { colour: seriesColours[place] ?? "--series-0", dash };
}
