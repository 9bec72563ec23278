import type { Column } from "./break-at-gaps";

interface Points {
  timesMs: readonly number[];
  mean: Column;
  min: Column | null;
  max: Column | null;
  counts: readonly number[] | null;
}

/**
 * Only the points at which the value was read. A source reads some values on a slower beat than others; a line is drawn from
 * one reading to the next, and what breaks it are its gaps, not the samples between that lack the value.
 */
export function valuedPoints({ timesMs, mean, min, max, counts }: Points): Points {
  if (!mean.includes(null)) return { timesMs, mean, min, max, counts };
  const hasValue = (_: unknown, index: number) => (mean[index] ?? null) !== null;
  return {
    timesMs: timesMs.filter(hasValue),
    mean: mean.filter(hasValue),
    min: min?.filter(hasValue) ?? null,
    max: max?.filter(hasValue) ?? null,
    counts: counts?.filter(hasValue) ?? null,
  };
}
