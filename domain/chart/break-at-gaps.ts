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
): { timesMs: number[]; columns: (number | null)[][] } {
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

/** Indices of values that have no neighbour to draw a line to; a chart shows them as dots. */
export function lonePoints(column: Column): number[] {
  const lone: number[] = [];
  for (let index = 0; index < column.length; index += 1) {
    if ((column[index] ?? null) === null) continue;
    if ((column[index - 1] ?? null) === null && (column[index + 1] ?? null) === null)
      lone.push(index);
  }
  return lone;
}
