import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";

/** How many values of each metric were impossible, since the start. */
export type QuarantineCounts = Record<GpuMetric, number>;

export function noQuarantined(): QuarantineCounts {
  return Object.fromEntries(gpuMetrics.map((metric) => [metric, 0])) as QuarantineCounts;
}

/** Adds the values that were set aside in these samples. */
export function countQuarantined(counts: QuarantineCounts, samples: readonly GpuSample[]): void {
  for (const { missing } of samples)
    for (const metric of gpuMetrics) if (missing[metric] === "impossible_value") counts[metric]++;
}
