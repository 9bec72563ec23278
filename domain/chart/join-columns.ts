import type { Column } from "./break-at-gaps";

export interface TimedColumn {
  timesMs: readonly number[];
  values: Column;
}

/** Several columns on one list of times, ascending; a time that a column lacks is null in it. */
export function joinColumns(columns: readonly TimedColumn[]): {
  timesMs: number[];
  rows: (number | null)[][];
} {
  const timesMs = [...new Set(columns.flatMap((column) => column.timesMs))].sort((a, b) => a - b);
  const positions = new Map(timesMs.map((timeMs, position) => [timeMs, position]));
  const rows = timesMs.map(() => columns.map((): number | null => null));
  columns.forEach((column, place) => {
    column.timesMs.forEach((timeMs, index) => {
      const row = rows[positions.get(timeMs) ?? -1];
      if (row) row[place] = column.values[index] ?? null;
    });
  });
  return { timesMs, rows };
}
