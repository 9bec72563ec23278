import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { Column } from "@/domain/chart/break-at-gaps";
import { memorySharePercent } from "@/domain/units/format-memory";
import { columnOf, mostOf } from "@/domain/fleet/series-points";
import { formatDecimals } from "@/domain/units/format-number";
import { metricText } from "@/domain/units/gpu-metric-display";

export const heatMetrics = ["sm", "vram", "power", "temperature"] as const;
export type HeatMetric = (typeof heatMetrics)[number];

interface HeatFacts {
  label: string;
  /** What the scale means. */
  unit: string;
  /** Ends of the scale; null = fitted to what is shown. */
  scale: { min: number; max: number } | null;
  metric: GpuMetric;
  columnOf: (series: GpuHistorySeries) => Column;
}

export const heatFacts: Record<HeatMetric, HeatFacts> = {
  sm: {
    label: "SM",
    unit: "%",
    scale: { min: 0, max: 100 },
    metric: "utilizationPercent",
    columnOf: (series) => mostOf(series, "utilizationPercent"),
  },
  vram: {
    label: "VRAM",
    unit: "% of the card",
    scale: { min: 0, max: 100 },
    metric: "memoryUsedMib",
    columnOf: (series) => {
      const total = columnOf(series, "memoryTotalMib");
      return mostOf(series, "memoryUsedMib").map((used, index) =>
        memorySharePercent(used, total[index] ?? null),
      );
    },
  },
  power: {
    label: "Power",
    unit: "W",
    scale: null,
    metric: "powerWatts",
    columnOf: (series) => mostOf(series, "powerWatts"),
  },
  temperature: {
    label: "Temperature",
    unit: "°C",
    scale: { min: 20, max: 100 },
    metric: "temperatureCelsius",
    columnOf: (series) => mostOf(series, "temperatureCelsius"),
  },
};

/** A value of the map as it is written beside its row. */
export function heatText(metric: HeatMetric, value: number): string {
  if (metric === "vram") return `${formatDecimals(value, 1)} %`;
  return metricText(heatFacts[metric].metric, value);
}
