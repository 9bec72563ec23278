import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { CsvCell } from "@/domain/chart/csv";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { formatIso } from "@/domain/time/format-time";
import { gpuPageMetrics } from "./gpu-lanes";
import type { SeriesByUuid } from "./series-store";

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

/** The same of several GPUs below each other, the name of the GPU first. */
export function comparePointsCsv(
  compared: readonly FleetRow[],
  series: SeriesByUuid,
): { header: string[]; rows: CsvCell[][] } {
  const tables = compared.flatMap(({ gpu, name }) => {
    const own = series.get(gpu.sample.gpuUuid);
    return own ? [{ name, ...gpuPointsCsv(own) }] : [];
  });
  return {
    header: ["gpu", ...(tables[0]?.header ?? [])],
    rows: tables.flatMap(({ name, rows }) => rows.map((row) => [name, ...row])),
  };
}
