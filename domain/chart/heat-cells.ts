import type { Column } from "./break-at-gaps";

const HEAT_STEPS = 9;

/** 1 (least) to 9 (most) of a value in `min…max`; outside values take the nearest step. */
export function heatStep(value: number, min: number, max: number): number {
  if (!(max > min)) return 1;
  const share = (value - min) / (max - min);
  return Math.min(HEAT_STEPS, Math.max(1, Math.floor(share * HEAT_STEPS) + 1));
}

/** Equal parts of time that lie on multiples of their width, so that they do not change while a range moves on. */
export interface HeatGrid {
  /** Start of the first cell; up to one cell before the range. */
  firstMs: number;
  cellMs: number;
  count: number;
}

/** About `cells` parts of a range, each a whole number of buckets. `stepMs`: width of a bucket, or the cadence. */
export function heatGrid(range: {
  fromMs: number;
  toMs: number;
  cells: number;
  stepMs: number;
}): HeatGrid {
  const spanMs = Math.max(1, range.toMs - range.fromMs);
  const stepMs = Math.max(1, range.stepMs);
  const cellMs = Math.max(1, Math.ceil(spanMs / range.cells / stepMs)) * stepMs;
  const firstMs = Math.floor(range.fromMs / cellMs) * cellMs;
  return { firstMs, cellMs, count: Math.ceil((range.toMs - firstMs) / cellMs) };
}

interface HeatSeries {
  timesMs: readonly number[];
  values: Column;
  /** Width of a bucket; 0 = raw samples. */
  stepMs: number;
  /** Up to this far the cells between two values belong to the earlier one: nothing is missing there (series-gap.ts). */
  jitterMs: number;
}

/** The most in each cell; null where nothing was measured. */
export function heatCells(grid: HeatGrid, series: HeatSeries): (number | null)[] {
  const cells = Array.from({ length: grid.count }, (): number | null => null);
  let before: { timeMs: number; value: number } | null = null;
  const put = (value: number, fromMs: number, untilMs: number) => {
    const first = Math.max(0, Math.floor((fromMs - grid.firstMs) / grid.cellMs));
    // A bucket ends just before the next one starts.
    const last = Math.min(grid.count - 1, Math.floor((untilMs - 1 - grid.firstMs) / grid.cellMs));
    for (let cell = first; cell <= last; cell += 1) {
      const known = cells[cell] ?? null;
      if (known === null || value > known) cells[cell] = value;
    }
  };
  series.timesMs.forEach((timeMs, index) => {
    const value = series.values[index];
    if (value === null || value === undefined) return;
    const endMs = timeMs + Math.max(1, series.stepMs);
    if (before !== null) {
      const heldFromMs = before.timeMs + series.stepMs;
      if (timeMs - heldFromMs > 0 && timeMs - heldFromMs <= series.jitterMs)
        holdEmpty(cells, grid, { value: before.value, fromMs: heldFromMs, untilMs: timeMs });
    }
    put(value, timeMs, endMs);
    before = { timeMs, value };
  });
  return cells;
}

/** Cells that nothing was measured in take the value that still held. */
function holdEmpty(
  cells: (number | null)[],
  grid: HeatGrid,
  held: { value: number; fromMs: number; untilMs: number },
) {
  const first = Math.max(0, Math.floor((held.fromMs - grid.firstMs) / grid.cellMs));
  const last = Math.min(grid.count, Math.floor((held.untilMs - grid.firstMs) / grid.cellMs));
  for (let cell = first; cell < last; cell += 1) cells[cell] ??= held.value;
}
