import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PixelGrid, thinEnvelope, thinToPixels } from "./pixel-columns";

/** Points with uneven times, single nulls and stretches of nulls, over a little more than the grid. */
const points = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: 1, max: 400 }),
      value: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 600 },
  )
  .map((rows) => {
    let timeMs = -500;
    const timesMs = rows.map(({ stepMs }) => (timeMs += stepMs));
    return { timesMs, values: rows.map(({ value }) => value) };
  });
const grids = fc.record({
  fromMs: fc.constant(0),
  toMs: fc.integer({ min: 10_000, max: 60_000 }),
  columns: fc.integer({ min: 1, max: 40 }),
});

type Extremes = Map<number, { least: number; most: number; first: number; last: number }>;

/** Least, most, first and last value of each pixel column, in the plainest way. */
function extremesOf(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  grid: PixelGrid,
) {
  const found: Extremes = new Map();
  const widthMs = (grid.toMs - grid.fromMs) / grid.columns;
  timesMs.forEach((timeMs, index) => {
    const value = values[index] ?? null;
    if (value === null) return;
    const column = Math.floor((timeMs - grid.fromMs) / widthMs);
    const known = found.get(column) ?? { least: value, most: value, first: value, last: value };
    found.set(column, {
      least: Math.min(known.least, value),
      most: Math.max(known.most, value),
      first: known.first,
      last: value,
    });
  });
  return found;
}

describe("thinToPixels", () => {
  test("each pixel column keeps its least, most, first and last value, and no other column gets one", () => {
    fc.assert(
      fc.property(points, grids, (given, grid) => {
        const thin = thinToPixels(given, grid);
        expect(extremesOf(thin.timesMs, thin.values, grid)).toEqual(
          extremesOf(given.timesMs, given.values, grid),
        );
      }),
    );
  });

  test("what is kept are points of the list, in order, four a column at most", () => {
    fc.assert(
      fc.property(points, grids, (given, grid) => {
        const thin = thinToPixels(given, grid);
        const pairs = new Map(given.timesMs.map((timeMs, index) => [timeMs, given.values[index]]));
        thin.timesMs.forEach((timeMs, index) => {
          expect(pairs.get(timeMs)).toBe(thin.values[index]);
          if (index > 0) expect(timeMs).toBeGreaterThan(thin.timesMs[index - 1] ?? Infinity);
        });
        const drawn = given.timesMs.at(-1) ?? 0;
        const columns = Math.ceil(((drawn + 500) * grid.columns) / grid.toMs) + 2;
        expect(thin.timesMs.length).toBeLessThanOrEqual(4 * Math.max(columns, grid.columns));
      }),
    );
  });

  test("a column that holds nulls only stays one null: it breaks the line, it is not 0", () => {
    const timesMs = Array.from({ length: 100 }, (_, index) => index);
    const values = timesMs.map((timeMs) => (timeMs >= 40 && timeMs < 60 ? null : timeMs));
    const thin = thinToPixels({ timesMs, values }, { fromMs: 0, toMs: 100, columns: 10 });
    expect(thin.values.filter((value) => value === null)).toHaveLength(2);
    expect(thin.timesMs.slice(0, 2)).toEqual([0, 9]);
  });

  test("a short list is the same list", () => {
    const given = { timesMs: [1, 2, 3], values: [1, null, 3] };
    const thin = thinToPixels(given, { fromMs: 0, toMs: 4, columns: 1 });
    expect(thin.timesMs).toBe(given.timesMs);
    expect(thin.values).toBe(given.values);
  });
});

test("an envelope keeps the least and most of each pixel column", () => {
  fc.assert(
    fc.property(points, grids, ({ timesMs, values }, grid) => {
      const min = values.map((value) => (value === null ? null : value - 1));
      const max = values.map((value) => (value === null ? null : value + 1));
      const thin = thinEnvelope({ timesMs, mean: values, min, max }, grid);
      const least = extremesOf(timesMs, min, grid);
      const most = extremesOf(timesMs, max, grid);
      for (const [column, { least: thinLeast }] of extremesOf(thin.timesMs, thin.min, grid))
        expect(thinLeast).toBe(least.get(column)?.least);
      for (const [column, { most: thinMost }] of extremesOf(thin.timesMs, thin.max, grid))
        expect(thinMost).toBe(most.get(column)?.most);
      expect(extremesOf(thin.timesMs, thin.mean, grid).size).toBe(least.size);
    }),
  );
});
