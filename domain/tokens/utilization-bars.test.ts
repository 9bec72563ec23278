import { expect, test } from "vitest";
import { utilizationBars } from "./utilization-bars";
import { UTILIZATION_BUCKETS, utilizationBucketOf } from "./utilization-buckets";

function counts(at: Record<number, number>): number[] {
  const all = Array.from<number>({ length: UTILIZATION_BUCKETS }).fill(0);
  for (const [utilization, count] of Object.entries(at))
    all[utilizationBucketOf(Number(utilization))] = count;
  return all;
}

test("each bar is 5 % wide and the last holds everything from 135 % on", () => {
  const bars = utilizationBars([{ utilizationCounts: counts({ 0: 1, 9: 2 }), cutCounts: [] }]);
  expect(bars.map(({ fromPercent }) => fromPercent)).toEqual(
    Array.from({ length: 28 }, (_, place) => place * 5),
  );
  expect(bars[0]?.fitted).toEqual([1]);
  expect(bars.at(-1)).toEqual({ fromPercent: 135, fitted: [0], over: 2, cut: 0, total: 2 });
});

test("what the server cut is not counted a second time as over, nor as fitted", () => {
  const bars = utilizationBars([
    { utilizationCounts: counts({ 0.97: 5, 1.1: 14 }), cutCounts: counts({ 0.97: 1, 1.1: 4 }) },
  ]);
  expect(bars[19]).toEqual({ fromPercent: 95, fitted: [4], over: 0, cut: 1, total: 5 });
  expect(bars[22]).toEqual({ fromPercent: 110, fitted: [0], over: 10, cut: 4, total: 14 });
});

test("services of one model are stacked in their order", () => {
  const bars = utilizationBars([
    { utilizationCounts: counts({ 0.5: 3 }), cutCounts: [] },
    { utilizationCounts: counts({ 0.5: 7, 1.2: 1 }), cutCounts: [] },
  ]);
  expect(bars[10]).toMatchObject({ fitted: [3, 7], total: 10 });
  expect(bars[24]).toMatchObject({ fitted: [0, 0], over: 1 });
});
