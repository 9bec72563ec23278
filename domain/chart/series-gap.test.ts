import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findGaps, findMissingValues, type GapSearch, overlapOfGaps } from "./series-gap";

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

describe("a value that is read on a slower beat", () => {
  // Samples each second; a value in each fifth of them, as NVML reads a temperature.
  const timesMs = Array.from({ length: 60 }, (_, second) => second * 1_000);
  const every = (seconds: number, without: (second: number) => boolean = () => false) =>
    timesMs.map((_, second) => (second % seconds === 0 && !without(second) ? 50 : null));
  const slow = search({ timesMs, toMs: 60_000, cadenceMsAt: () => 5_000 });

  test("is missing nowhere while it comes with its own beat", () => {
    expect(findMissingValues(slow, every(5))).toEqual([]);
    expect(findMissingValues({ ...slow, cadenceMsAt: undefined }, every(5))).not.toEqual([]);
  });

  test("one beat may be late: a gap begins beyond 2.5 of them", () => {
    expect(
      findMissingValues(
        slow,
        every(5, (second) => second === 25),
      ),
    ).toEqual([]);
    expect(
      findMissingValues(
        slow,
        every(5, (second) => second === 25 || second === 30),
      ),
    ).toEqual([{ fromMs: 20_000, toMs: 35_000, reason: "no-value" }]);
  });

  test("the beat is that of the source before the gap", () => {
    const column = timesMs.map((_, second) => (second < 20 ? 50 : second % 5 === 0 ? 50 : null));
    const cadenceMsAt = (index: number) => (index < 20 ? 1_000 : 5_000);
    expect(findMissingValues({ ...slow, cadenceMsAt }, column)).toEqual([]);
    expect(findMissingValues({ ...slow, cadenceMsAt: () => 1_000 }, column)).not.toEqual([]);
  });

  test("what a gap of samples explains is not told twice", () => {
    const silent = timesMs.map((timeMs) => timeMs < 21_000 || timeMs >= 44_000);
    const isPresent = (index: number) => silent[index] === true;
    const column = every(5).map((value, index) => (isPresent(index) ? value : null));
    expect(findGaps({ ...slow, isPresent, cadenceMsAt: undefined })).toHaveLength(1);
    expect(findMissingValues({ ...slow, isPresent }, column)).toEqual([]);
  });
});

test("a plot of several is hatched only where all of them are silent", () => {
  const gap = (fromMs: number, toMs: number) => ({ fromMs, toMs, reason: "no-samples" as const });
  expect(overlapOfGaps([[gap(0, 10), gap(20, 30)], [gap(5, 25)]])).toEqual([
    gap(5, 10),
    gap(20, 25),
  ]);
  expect(overlapOfGaps([[gap(0, 10)], []])).toEqual([]);
});
