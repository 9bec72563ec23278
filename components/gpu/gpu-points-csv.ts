import type { CsvCell } from "@/domain/chart/csv";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { formatIso } from "@/domain/time/format-time";
import { gpuPageMetrics } from "./gpu-lanes";

/** Head and rows of the download: means, and of buckets also least, most and the number of samples. */
export function gpuPointsCsv(series: GpuHistorySeries): {
  header: string[];
  rows: CsvCell[][];
} {
  const { min, max, counts } = series;
  const metrics = [...gpuPageMetrics];
  const names = metrics.map((metric) =>
    `${gpuMetricFacts[metric].key} ${gpuMetricFacts[metric].unit}`.trim(),
  );
  const isBucketed = min !== null && max !== null && counts !== null;
  return {
    header: [
      "time",
      "source",
      ...names,
      ...(isBucketed
        ? [...names.map((name) => `${name} min`), ...names.map((name) => `${name} max`), "samples"]
        : []),
    ],
    rows: series.timesMs.map((timeMs, index) => [
      formatIso(timeMs),
      series.sources[index] ?? null,
      ...metrics.map((metric) => series.mean[metric]?.[index] ?? null),
      ...(isBucketed
        ? [
            ...metrics.map((metric) => min[metric]?.[index] ?? null),
            ...metrics.map((metric) => max[metric]?.[index] ?? null),
            counts[index] ?? null,
          ]
        : []),
    ]),
  };
}
