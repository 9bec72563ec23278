import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breakAtGaps, lonePoints, sampledPoints } from "./break-at-gaps";
import { columnStats } from "./column-stats";
import { heatCells, heatGrid, heatStep } from "./heat-cells";
import { firstIndexFrom, nearestIndex } from "./nearest-index";
import { niceTicks } from "./nice-ticks";
import { fitRange, settleRange } from "./y-range";

describe("nearestIndex", () => {
  test("takes the nearer one, the earlier of two equally near, the ends outside", () => {
    const times = [10, 20, 40];
    expect([0, 14, 15, 16, 30, 31, 99].map((time) => nearestIndex(times, time))).toEqual([
      0, 0, 0, 1, 1, 2, 2,
    ]);
    expect(nearestIndex([], 5)).toBe(-1);
    expect(firstIndexFrom(times, 20)).toBe(1);
  });
});

describe("breakAtGaps", () => {
  test("a line cannot cross a gap", () => {
    const gap = { fromMs: 1_000, toMs: 9_000, reason: "no-samples" as const };
    expect(breakAtGaps([0, 1_000, 9_000], [[1, 2, 3]], [gap])).toEqual({
      timesMs: [0, 1_000, 5_000, 9_000],
      columns: [[1, 2, null, 3]],
    });
  });

  test("an empty bucket that is no gap does not break a line, a sample without the value does", () => {
    const points = sampledPoints([0, 1, 2, 3], [[7, null, null, 9]], [1, 0, 1, 1]);
    expect(points).toEqual({ timesMs: [0, 2, 3], columns: [[7, null, 9]] });
  });

  test("gaps at the ends add nothing", () => {
    const before = { fromMs: 0, toMs: 5_000, reason: "no-samples" as const };
    const after = { fromMs: 6_000, toMs: 9_000, reason: "no-samples" as const };
    expect(breakAtGaps([5_000, 6_000], [[1, 2]], [before, after]).timesMs).toEqual([5_000, 6_000]);
  });

  test("a value between two nulls is a lone point", () => {
    expect(lonePoints([1, null, 2, null, 3, 4, null, 5])).toEqual([0, 2, 7]);
    // Times of other lines lie between two points, and the line is drawn over them.
    expect(lonePoints([1, undefined, undefined, 2, null, undefined, 3, undefined])).toEqual([6]);
  });
});

describe("niceTicks", () => {
  test("percent, GiB, watts and clocks get round values", () => {
    expect(niceTicks(0, 100)).toEqual([0, 50, 100]);
    expect(niceTicks(1_700, 2_500)).toEqual([1_800, 2_100, 2_400]);
    expect(niceTicks(130, 320)).toEqual([150, 225, 300]);
    expect(niceTicks(2_499, 2_513)).toEqual([2_500, 2_505, 2_510]);
  });

  test("are inside the range, ascending, and at most three", () => {
    const range = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }));
    fc.assert(
      fc.property(range, ([min, size]) => {
        const ticks = niceTicks(min, min + size);
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThanOrEqual(3);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(min);
          expect(tick).toBeLessThanOrEqual(min + size);
        }
      }),
    );
  });
});

describe("settleRange", () => {
  test("grows at once and shrinks only after 30 s", () => {
    const small = settleRange(null, { min: 10, max: 20 }, 0);
    const grown = settleRange(small, { min: 5, max: 90 }, 1_000);
    expect(grown).toMatchObject({ min: 5, max: 90 });
    const waiting = settleRange(grown, { min: 10, max: 20 }, 2_000);
    expect(waiting).toMatchObject({ min: 5, max: 90, tooWideSinceMs: 2_000 });
    expect(settleRange(waiting, { min: 10, max: 20 }, 31_999)).toMatchObject({ max: 90 });
    expect(settleRange(waiting, { min: 10, max: 20 }, 32_000)).toMatchObject({ min: 10, max: 20 });
  });

  test("values that need the room again start the wait anew", () => {
    const grown = settleRange(null, { min: 0, max: 90 }, 0);
    const waiting = settleRange(grown, { min: 0, max: 20 }, 1_000);
    expect(settleRange(waiting, { min: 0, max: 90 }, 2_000).tooWideSinceMs).toBeNull();
  });

  test("a flat line and an empty one have a range", () => {
    expect(fitRange([[0, 0, null]])).toEqual({ min: 0, max: 1 });
    expect(fitRange([[null]])).toBeNull();
  });
});

describe("columnStats", () => {
  test("weighs buckets by their samples and leaves nulls out", () => {
    const stats = columnStats({
      timesMs: [0, 10, 20, 30],
      mean: [10, null, 40, 99],
      min: [5, null, 30, 99],
      max: [15, null, 60, 99],
      counts: [3, 0, 1, 1],
      fromMs: 0,
      toMs: 20,
    });
    expect(stats).toEqual({ min: 5, mean: 17.5, max: 60 });
  });

  test("nothing measured is null, not 0", () => {
    const empty = { timesMs: [0], mean: [null], min: null, max: null, counts: null };
    expect(columnStats({ ...empty, fromMs: 0, toMs: 9 })).toEqual({
      min: null,
      mean: null,
      max: null,
    });
  });
});

describe("heat map", () => {
  test("nine steps, the ends belong to the first and the last", () => {
    expect([-5, 0, 11, 12, 99, 100, 120].map((value) => heatStep(value, 0, 100))).toEqual([
      1, 1, 1, 2, 9, 9, 9,
    ]);
  });

  test("a cell shows the most of its part, a part without samples stays null", () => {
    const series = {
      timesMs: [0, 10, 20, 60, 70],
      values: [1, 5, 2, null, 8],
      stepMs: 10,
      jitterMs: 0,
    };
    expect(heatCells({ firstMs: 0, cellMs: 20, count: 4 }, series)).toEqual([5, 2, null, 8]);
  });

  test("a value on a slower beat fills the cells up to the next one, and a missing beat leaves them hatched", () => {
    const grid = { firstMs: 0, cellMs: 10, count: 9 };
    const series = { timesMs: [0, 30, 80], values: [4, 6, 8], stepMs: 10, jitterMs: 25 };
    expect(heatCells(grid, series)).toEqual([4, 4, 4, 6, null, null, null, null, 8]);
  });

  test("cells stay where they are while the range moves on", () => {
    const grid = (fromMs: number) =>
      heatGrid({ fromMs, toMs: fromMs + 1_800_000, cells: 120, stepMs: 5_000 });
    expect(grid(30_000)).toEqual({ firstMs: 30_000, cellMs: 15_000, count: 120 });
    expect(grid(31_000)).toEqual({ firstMs: 30_000, cellMs: 15_000, count: 121 });
  });
});
