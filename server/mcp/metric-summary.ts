import * as z from "zod";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetrics, isBitField } from "@/domain/gpu/gpu-metric-facts";

/** Of a bit field `mean` is null, `max` has the bits of any sample and `min` those of every one. */
export const MetricSummary = z.object({
  min: z.number(),
  mean: z.number().nullable().describe("Weighted by samples; null of a set of bits"),
  max: z.number(),
});
export type MetricSummary = z.infer<typeof MetricSummary>;

interface Summaries {
  samples: number;
  metrics: Partial<Record<GpuMetric, MetricSummary>>;
  unknown: GpuMetric[];
}

const known = (column: readonly (number | null)[] = []) => column.filter((value) => value !== null);
const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

/** Minimum, mean and maximum of a whole series in steps, metric by metric. */
export function summariseMetrics(series: GpuHistorySeries | undefined): Summaries {
  const summaries: Summaries = { samples: 0, metrics: {}, unknown: [] };
  for (const count of series?.counts ?? []) summaries.samples += count;
  for (const metric of gpuMetrics) {
    const summary = series && summaryOf(series, metric);
    if (summary) summaries.metrics[metric] = summary;
    else summaries.unknown.push(metric);
  }
  return summaries;
}

function summaryOf(series: GpuHistorySeries, metric: GpuMetric): MetricSummary | null {
  const lows = known(series.min?.[metric]);
  const highs = known(series.max?.[metric]);
  if (lows.length === 0 || highs.length === 0) return null;
  if (isBitField(metric))
    return {
      min: lows.reduce((bits, low) => bits & low),
      mean: null,
      max: known(series.mean[metric]).reduce((bits, any) => bits | any, 0),
    };
  return {
    min: rounded(Math.min(...lows)),
    mean: rounded(weightedMean(series.mean[metric] ?? [], series.counts ?? [])),
    max: rounded(Math.max(...highs)),
  };
}

function weightedMean(means: readonly (number | null)[], counts: readonly number[]): number {
  let [sum, weight] = [0, 0];
  for (const [i, mean] of means.entries()) {
    if (mean === null) continue;
    sum += mean * (counts[i] ?? 0);
    weight += counts[i] ?? 0;
  }
  return sum / weight;
}
