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

/** The most in each cell; null where nothing was measured. `stepMs` 0 = raw samples. */
export function heatCells(
  grid: HeatGrid,
  series: { timesMs: readonly number[]; values: Column; stepMs: number },
): (number | null)[] {
  const cells = Array.from({ length: grid.count }, (): number | null => null);
  series.timesMs.forEach((timeMs, index) => {
    const value = series.values[index];
    if (value === null || value === undefined) return;
    const first = Math.max(0, Math.floor((timeMs - grid.firstMs) / grid.cellMs));
    // A bucket ends just before the next one starts.
    const endMs = timeMs + Math.max(0, series.stepMs - 1);
    const last = Math.min(grid.count - 1, Math.floor((endMs - grid.firstMs) / grid.cellMs));
    for (let cell = first; cell <= last; cell += 1) {
      const known = cells[cell] ?? null;
      if (known === null || value > known) cells[cell] = value;
    }
  });
  return cells;
}
