import type { LatestGpu } from "@/domain/gpu/gpu-fleet";

export interface GpuSort {
  /** Key of a column. */
  by: string;
  isDescending: boolean;
}

/** Sorted by a value; what is not known stands last in both directions, equal ones by index. */
export function sortGpus(
  gpus: readonly LatestGpu[],
  valueOf: (gpu: LatestGpu) => number | string | null,
  isDescending: boolean,
): LatestGpu[] {
  return [...gpus].sort((left, right) => {
    const a = valueOf(left);
    const b = valueOf(right);
    if (a === null || b === null)
      return Number(a === null) - Number(b === null) || byIndex(left, right);
    const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
    return (isDescending ? -order : order) || byIndex(left, right);
  });
}

const byIndex = (left: LatestGpu, right: LatestGpu) => left.sample.gpuIndex - right.sample.gpuIndex;
