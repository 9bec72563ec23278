import type { SeriesGap } from "./series-gap";

export type Column = readonly (number | null)[];

/**
 * The same points with one row of nulls put into each gap, so that no line is drawn across it. Rows that
 * lie inside a gap (empty buckets) stay as they are. All columns keep one length.
 */
export function breakAtGaps(
  timesMs: readonly number[],
  columns: readonly Column[],
  gaps: readonly SeriesGap[],
): { timesMs: readonly number[]; columns: readonly Column[] } {
  if (gaps.length === 0) return { timesMs, columns };
  const times: number[] = [];
  const broken: (number | null)[][] = columns.map(() => []);
  let nextGap = 0;
  const pushRow = (timeMs: number, valueOf: (column: Column) => number | null) => {
    times.push(timeMs);
    columns.forEach((column, position) => broken[position]?.push(valueOf(column)));
  };
  timesMs.forEach((timeMs, index) => {
    for (let gap = gaps[nextGap]; gap && gap.toMs <= timeMs; gap = gaps[nextGap]) {
      const middleMs = (gap.fromMs + gap.toMs) / 2;
      const lastMs = times.at(-1);
      if (lastMs !== undefined && lastMs < middleMs && middleMs < timeMs)
        pushRow(middleMs, () => null);
      nextGap += 1;
    }
    pushRow(timeMs, (column) => column[index] ?? null);
  });
  return { timesMs: times, columns: broken };
}

/** The points that hold a sample. An empty bucket is no value: whether it breaks the line is for the gaps to say. */
export function sampledPoints(
  timesMs: readonly number[],
  columns: readonly Column[],
  counts: readonly number[] | null,
): { timesMs: readonly number[]; columns: readonly Column[] } {
  if (counts === null) return { timesMs, columns };
  const isSampled = (_: unknown, index: number) => (counts[index] ?? 0) > 0;
  return {
    timesMs: timesMs.filter(isSampled),
    columns: columns.map((column) => column.filter(isSampled)),
  };
}

/**
 * Indices of values that have no neighbour to draw a line to; a chart shows them as dots. `undefined` is no neighbour and no
 * break: a time that only other lines of the plot have.
 */
export function lonePoints(column: readonly (number | null | undefined)[]): number[] {
  const lone: number[] = [];
  let candidate = -1;
  let isAfterBreak = true;
  for (let index = 0; index < column.length; index += 1) {
    const value = column[index];
    if (value === undefined) continue;
    if (value === null) {
      if (candidate >= 0) lone.push(candidate);
      candidate = -1;
      isAfterBreak = true;
    } else {
      candidate = isAfterBreak ? index : -1;
      isAfterBreak = false;
    }
  }
  if (candidate >= 0) lone.push(candidate);
  return lone;
}
