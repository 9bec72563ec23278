import type { CsvCell } from "@/domain/chart/csv";
import { joinColumns, type TimedColumn } from "@/domain/chart/join-columns";
import { columnOf } from "@/domain/fleet/series-points";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { formatIso } from "@/domain/time/format-time";
import { heatFacts, type HeatMetric } from "./heat-metric";
import type { SeriesByUuid } from "./series-store";

/** One column of the table of all GPUs: "GPU 0 Power W". */
export interface FleetColumn extends TimedColumn {
  key: string;
  head: string;
}

/** The lanes of the chart of all GPUs. */
const fleetMetrics: readonly GpuMetric[] = ["utilizationPercent", "memoryUsedMib", "powerWatts"];

/** What the chart of all GPUs draws, a column for each GPU of each lane. Of buckets the mean. */
export function laneColumns(rows: readonly FleetRow[], series: SeriesByUuid): FleetColumn[] {
  return fleetMetrics.flatMap((metric) =>
    rows.flatMap(({ gpu: { sample }, name }): FleetColumn[] => {
      const own = series.get(sample.gpuUuid);
      if (!own) return [];
      const { label, unit } = gpuMetricFacts[metric];
      return [
        {
          key: `${metric} ${sample.gpuUuid}`,
          head: `${name} ${label} ${unit}`.trim(),
          timesMs: own.timesMs,
          values: columnOf(own, metric),
        },
      ];
    }),
  );
}

/** What the heat map draws, a column for each GPU. Of buckets the most. */
export function heatColumns(
  rows: readonly FleetRow[],
  series: SeriesByUuid,
  metric: HeatMetric,
): FleetColumn[] {
  const { label, unit, columnOf: valuesOf } = heatFacts[metric];
  return rows.flatMap(({ gpu: { sample }, name }): FleetColumn[] => {
    const own = series.get(sample.gpuUuid);
    if (!own) return [];
    const head = `${name} ${label} ${unit}`;
    return [{ key: sample.gpuUuid, head, timesMs: own.timesMs, values: valuesOf(own) }];
  });
}

/** Head and rows of the download; a missing value is empty, not 0. */
export function fleetPointsCsv(columns: readonly FleetColumn[]): {
  header: string[];
  rows: CsvCell[][];
} {
  const { timesMs, rows } = joinColumns(columns);
  return {
    header: ["time", ...columns.map(({ head }) => head)],
    rows: timesMs.map((timeMs, index) => [formatIso(timeMs), ...(rows[index] ?? [])]),
  };
}
