import type { Column } from "./break-at-gaps";

/**
 * At most `2 × buckets` points that keep the lowest and the highest value of each bucket in their order of
 * time, so that no peak is lost; a bucket that holds only nulls stays one null. Shorter columns pass unchanged.
 */
export function decimateMinMax(
  timesMs: readonly number[],
  column: Column,
  buckets: number,
): { timesMs: number[]; values: (number | null)[] } {
  const length = Math.min(timesMs.length, column.length);
  if (buckets < 1 || length <= 2 * buckets)
    return { timesMs: timesMs.slice(0, length), values: column.slice(0, length) };
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const start = Math.floor((bucket * length) / buckets);
    const end = Math.floor(((bucket + 1) * length) / buckets);
    const extremes = extremesOf(column, start, end);
    const kept = extremes === null ? [start] : orderOf(extremes);
    for (const index of kept) {
      times.push(timesMs[index] ?? 0);
      values.push(column[index] ?? null);
    }
  }
  return { timesMs: times, values };
}

function orderOf({ low, high }: { low: number; high: number }): number[] {
  if (low === high) return [low];
  return low < high ? [low, high] : [high, low];
}

function extremesOf(column: Column, start: number, end: number) {
  let low = -1;
  let high = -1;
  for (let index = start; index < end; index += 1) {
    const value = column[index];
    if (value === null || value === undefined) continue;
    if (low < 0 || value < (column[low] ?? Infinity)) low = index;
    if (high < 0 || value > (column[high] ?? -Infinity)) high = index;
  }
  return low < 0 ? null : { low, high };
}
