import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findGaps, findMissingValues, type GapSearch } from "./series-gap";

const search = (over: Partial<GapSearch>): GapSearch => ({
  timesMs: [],
  isPresent: () => true,
  stepMs: 0,
  cadenceMs: 1_000,
  fromMs: 0,
  toMs: 10_000,
  tailToleranceMs: 5_000,
  ...over,
});

describe("findGaps", () => {
  test("jitter of less than 2.5 cadences is no gap, more is one", () => {
    expect(findGaps(search({ timesMs: [0, 1_000, 3_499, 5_000, 6_000] }))).toEqual([]);
    expect(findGaps(search({ timesMs: [0, 1_000, 3_501, 5_500, 7_000] }))).toEqual([
      { fromMs: 1_000, toMs: 3_501, reason: "no-samples" },
    ]);
  });

  test("without any sample the whole range is one gap", () => {
    expect(findGaps(search({}))).toEqual([{ fromMs: 0, toMs: 10_000, reason: "no-samples" }]);
  });

  test("the newest sample may be on its way as long as a GPU is not stale", () => {
    const timesMs = [0, 1_000, 2_000, 3_000, 4_000, 5_000];
    expect(findGaps(search({ timesMs, toMs: 10_000 }))).toEqual([]);
    expect(findGaps(search({ timesMs, toMs: 10_001 }))).toEqual([
      { fromMs: 5_000, toMs: 10_001, reason: "no-samples" },
    ]);
  });

  test("what lies before the first sample of the range is a gap", () => {
    expect(findGaps(search({ timesMs: [6_000, 7_000, 8_000, 9_000] }))).toEqual([
      { fromMs: 0, toMs: 6_000, reason: "no-samples" },
    ]);
  });

  test("one or two empty buckets of one cadence are jitter, three are a gap", () => {
    const timesMs = [0, 1_000, 2_000, 3_000, 4_000, 5_000];
    const without = (...empty: number[]) =>
      search({ timesMs, stepMs: 1_000, toMs: 6_000, isPresent: (index) => !empty.includes(index) });
    expect(findGaps(without(2))).toEqual([]);
    expect(findGaps(without(2, 3))).toEqual([]);
    expect(findGaps(without(2, 3, 4))).toEqual([
      { fromMs: 2_000, toMs: 5_000, reason: "no-samples" },
    ]);
  });

  test("one empty bucket of many cadences is a gap", () => {
    expect(
      findGaps(
        search({
          timesMs: [0, 10_000, 20_000],
          stepMs: 10_000,
          toMs: 30_000,
          isPresent: (index) => index !== 1,
        }),
      ),
    ).toEqual([{ fromMs: 10_000, toMs: 20_000, reason: "no-samples" }]);
  });

  test("gaps are in order, apart, inside the range, and hold no sample", () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 80 })
      .map((list) => [...new Set(list)].sort((left, right) => left - right));
    fc.assert(
      fc.property(times, (timesMs) => {
        const gaps = findGaps(search({ timesMs, toMs: 60_000 }));
        gaps.forEach((gap, index) => {
          expect(gap.toMs).toBeGreaterThan(gap.fromMs);
          expect(gap.fromMs).toBeGreaterThanOrEqual(gaps[index - 1]?.toMs ?? 0);
          expect(timesMs.some((time) => time > gap.fromMs && time < gap.toMs)).toBe(false);
        });
      }),
    );
  });
});

describe("findMissingValues", () => {
  test("samples that lack the value are named apart from samples that lack", () => {
    const timesMs = [0, 1_000, 2_000, 3_000, 4_000, 5_000, 9_000, 10_000];
    const column = [1, 1, null, null, null, 1, 1, 1];
    expect(findMissingValues(search({ timesMs }), column)).toEqual([
      { fromMs: 1_000, toMs: 5_000, reason: "no-value" },
    ]);
  });
});
