import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";

export interface GpuSort {
  /** Key of a column. */
  by: string;
  isDescending: boolean;
}

/** The order in which rows come, by host and index. */
export const LISTED_ORDER = "gpu";

/**
 * Rows by a value of their GPU; what is not known stands last in both directions, equal ones as they came. MIG instances stay
 * below their GPU, whatever their own values.
 */
export function sortRows(
  rows: readonly FleetRow[],
  valueOf: (gpu: LatestGpu) => number | string | null,
  { by, isDescending }: GpuSort,
): FleetRow[] {
  const whole = rows.filter(({ parentUuid }) => parentUuid === null);
  if (by === LISTED_ORDER) {
    if (isDescending) whole.reverse();
  } else
    whole.sort((left, right) => {
      const a = valueOf(left.gpu);
      const b = valueOf(right.gpu);
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
      return isDescending ? -order : order;
    });
  return whole.flatMap((row) => [
    row,
    ...rows.filter(({ parentUuid }) => parentUuid === row.gpu.sample.gpuUuid),
  ]);
}
