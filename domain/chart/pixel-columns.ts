import type { Column } from "./break-at-gaps";

/** The part of the time axis that is drawn, and how many pixel columns it has. */
export interface PixelGrid {
  fromMs: number;
  toMs: number;
  columns: number;
}

interface Points {
  timesMs: readonly number[];
  values: Column;
}

/** A column has at most so many points, so fewer than that need no thinning. */
const POINTS_A_COLUMN = 4;

/**
 * Of each pixel column the first, the lowest, the highest and the last value, in their order of time (M4: Jugel and others, VLDB
 * 2014): a line through them is the same picture as one through all. A column of nulls only stays one null; columns with fewer
 * points, and lists that are short already, pass unchanged. Times ascend.
 */
export function thinToPixels(points: Points, grid: PixelGrid): Points {
  const { timesMs, values } = points;
  if (!(grid.columns >= 1) || timesMs.length <= POINTS_A_COLUMN * grid.columns) return points;
  const kept = keptIndices(timesMs, values, grid);
  return {
    timesMs: kept.map((index) => timesMs[index] ?? 0),
    values: kept.map((index) => values[index] ?? null),
  };
}

function keptIndices(timesMs: readonly number[], values: Column, grid: PixelGrid): number[] {
  const { length } = timesMs;
  const kept: number[] = [];
  for (let start = 0; start < length;) {
    const end = endOfColumn(timesMs, start, grid);
    let first = -1;
    let last = -1;
    let low = start;
    let high = start;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let index = start; index < end; index += 1) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      if (first < 0) first = index;
      last = index;
      if (value < lowest) {
        lowest = value;
        low = index;
      }
      if (value > highest) {
        highest = value;
        high = index;
      }
    }
    if (first < 0) kept.push(start);
    else pushInOrder(kept, [first, Math.min(low, high), Math.max(low, high), last]);
    start = end;
  }
  return kept;
}

/** Index after the last point that lies in the same pixel column as `start`; found by doubling steps, then by halves. */
function endOfColumn(timesMs: readonly number[], start: number, grid: PixelGrid): number {
  const widthMs = Math.max(1, grid.toMs - grid.fromMs) / grid.columns;
  const place = Math.floor(((timesMs[start] ?? 0) - grid.fromMs) / widthMs);
  const endMs = grid.fromMs + (place + 1) * widthMs;
  let low = start + 1;
  let step = 1;
  while (low + step < timesMs.length && (timesMs[low + step] ?? Infinity) < endMs) {
    low += step;
    step *= 2;
  }
  let high = Math.min(timesMs.length, low + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) < endMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Each index once; they ascend. */
function pushInOrder(kept: number[], indices: readonly number[]) {
  let before = -1;
  for (const index of indices) {
    if (index > before) {
      kept.push(index);
      before = index;
    }
  }
}

interface Envelope {
  timesMs: readonly number[];
  mean: Column;
  min: Column;
  max: Column;
}

/** The same of buckets: one point a pixel column, with the least and most of all its buckets and the mean of their means. */
export function thinEnvelope(envelope: Envelope, grid: PixelGrid): Envelope {
  const { timesMs } = envelope;
  const { length } = timesMs;
  if (!(grid.columns >= 1) || length <= POINTS_A_COLUMN * grid.columns) return envelope;
  const thin = {
    timesMs: [] as number[],
    mean: [] as (number | null)[],
    min: [] as (number | null)[],
    max: [] as (number | null)[],
  };
  for (let start = 0; start < length;) {
    const end = endOfColumn(timesMs, start, grid);
    const merged = mergeBuckets(envelope, start, end);
    thin.timesMs.push(timesMs[start] ?? 0);
    thin.mean.push(merged?.mean ?? null);
    thin.min.push(merged?.min ?? null);
    thin.max.push(merged?.max ?? null);
    start = end;
  }
  return thin;
}

function mergeBuckets({ mean, min, max }: Envelope, start: number, end: number) {
  let sum = 0;
  let count = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let index = start; index < end; index += 1) {
    const value = mean[index] ?? null;
    if (value === null) continue;
    sum += value;
    count += 1;
    least = Math.min(least, min[index] ?? value);
    most = Math.max(most, max[index] ?? value);
  }
  return count === 0 ? null : { mean: sum / count, min: least, max: most };
}
