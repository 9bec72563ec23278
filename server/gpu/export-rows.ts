import { type CsvCell, csvRows } from "@/domain/chart/csv";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";

/** What every row says of its GPU. */
export interface ExportedGpu {
  uuid: string;
  host: string | null;
  index: number | null;
  name: string | null;
}

/** Rows of a series as text. Both know raw series (`counts` null) and buckets, each with its mean, min and max. */
export interface RowFormat {
  contentType: string;
  extension: string;
  /** Before all rows. */
  head(metrics: readonly GpuMetric[], isRaw: boolean): string;
  /** Rows from one place to another (exclusive). */
  rows(series: GpuHistorySeries, options: RowOptions): string;
}

interface RowOptions {
  gpu: ExportedGpu;
  metrics: readonly GpuMetric[];
  from: number;
  to: number;
}

const parts = ["mean", "min", "max"] as const;
const isoTime = (timeMs: number | undefined) => new Date(timeMs ?? 0).toISOString();
const places = ({ from, to }: RowOptions) => Array.from({ length: to - from }, (_, i) => from + i);

/** `power_usage (W)`, and of buckets `power_usage mean (W)` and so on. */
function columnNames(metric: GpuMetric, isRaw: boolean): string[] {
  const { key, unit } = gpuMetricFacts[metric];
  const inUnit = unit === "" ? "" : ` (${unit})`;
  return isRaw ? [key + inUnit] : parts.map((part) => `${key} ${part}${inUnit}`);
}

function csvCells(series: GpuHistorySeries, metric: GpuMetric, at: number): CsvCell[] {
  const mean = series.mean[metric]?.[at] ?? null;
  if (series.counts === null) return [mean];
  return [mean, series.min?.[metric]?.[at] ?? null, series.max?.[metric]?.[at] ?? null];
}

const csv: RowFormat = {
  contentType: "text/csv; charset=utf-8",
  extension: "csv",
  head: (metrics, isRaw) =>
    csvRows([
      [
        ...["recorded_at", "host", "gpu_index", "gpu_uuid", "gpu_name", "source", "simulated"],
        ...(isRaw ? [] : ["samples"]),
        ...metrics.flatMap((metric) => columnNames(metric, isRaw)),
      ],
    ]),
  rows: (series, options) => {
    const { gpu, metrics } = options;
    const rows = places(options).map((at) => {
      const source = series.sources[at] ?? null;
      return [
        isoTime(series.timesMs[at]),
        gpu.host,
        gpu.index,
        gpu.uuid,
        gpu.name,
        source,
        source === null ? null : String(source === "simulated"),
        ...(series.counts === null ? [] : [series.counts[at] ?? 0]),
        ...metrics.flatMap((metric) => csvCells(series, metric, at)),
      ];
    });
    return csvRows(rows);
  },
};

function jsonValue(series: GpuHistorySeries, metric: GpuMetric, at: number) {
  const mean = series.mean[metric]?.[at] ?? null;
  if (series.counts === null) return mean;
  const [min, max] = [series.min?.[metric]?.[at] ?? null, series.max?.[metric]?.[at] ?? null];
  return { mean, min, max };
}

/** One object a line (ndjson.org): whoever reads it needs not hold all of it. */
const ndjson: RowFormat = {
  contentType: "application/x-ndjson; charset=utf-8",
  extension: "ndjson",
  head: () => "",
  rows: (series, options) => {
    const { gpu, metrics } = options;
    const lines = places(options).map((at) => {
      const source = series.sources[at] ?? null;
      const values = metrics.map((metric) => [
        gpuMetricFacts[metric].key,
        jsonValue(series, metric, at),
      ]);
      return JSON.stringify({
        recorded_at: isoTime(series.timesMs[at]),
        host: gpu.host,
        gpu_index: gpu.index,
        gpu_uuid: gpu.uuid,
        gpu_name: gpu.name,
        source,
        simulated: source === "simulated",
        ...(series.counts !== null && { samples: series.counts[at] ?? 0 }),
        ...(Object.fromEntries(values) as object),
      });
    });
    return lines.map((line) => `${line}\n`).join("");
  },
};

export const rowFormats = { csv, json: ndjson } as const;
