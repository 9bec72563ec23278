// Free of zod: pages use it.
import type { GpuMetric } from "./gpu-metric";
import type { GpuSample } from "./gpu-sample";

/** What the instances of one GPU have together. */
export interface MigRollUp {
  instanceCount: number;
  /** Null when any instance does not tell. */
  memoryUsedMib: number | null;
  memoryTotalMib: number | null;
  computeProcessesCount: number | null;
}

/**
 * Sums the MIG instances of a GPU. Utilisation is not among it: NVML gives none of an instance, and one made up from memory would be a lie.
 * Null when there are no instances.
 */
export function rollUpMig(
  parent: Pick<GpuSample, "gpuUuid">,
  samples: readonly GpuSample[],
): MigRollUp | null {
  const instances = samples.filter(({ parentUuid }) => parentUuid === parent.gpuUuid);
  if (instances.length === 0) return null;
  const sum = (metric: GpuMetric) =>
    instances.reduce<number | null>((total, { values }) => {
      const value = values[metric];
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    instanceCount: instances.length,
    memoryUsedMib: sum("memoryUsedMib"),
    memoryTotalMib: sum("memoryTotalMib"),
    computeProcessesCount: sum("computeProcessesCount"),
  };
}
