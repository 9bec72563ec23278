import { describe, expect, test } from "vitest";
import { percentileOfSizes } from "./usage-history-percentile";
import { SIZE_BUCKETS, sizeBucketOf } from "./utilization-buckets";

function countsOf(sizes: readonly number[]): number[] {
  const counts = new Array<number>(SIZE_BUCKETS).fill(0);
  for (const size of sizes) {
    const bucket = sizeBucketOf(size);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

/** By nearest rank, of all sizes. */
function exactOf(sizes: readonly number[], share: number): number {
  const sorted = sizes.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? NaN;
}

// A generator of its own: domain has no fixtures of the server's.
function randomSizes(seed: number): number[] {
  let state = seed;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const spread = 1 + next() * 15;
  return Array.from({ length: 1 + Math.floor(next() * 500) }, () =>
    Math.floor(Math.exp(next() * spread)),
  );
}

describe("percentileOfSizes", () => {
  test("is within a fourth of an octave of the exact one", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const sizes = randomSizes(seed);
      for (const share of [0, 0.05, 0.5, 0.95, 1]) {
        const exact = exactOf(sizes, share);
        const found = percentileOfSizes(countsOf(sizes), share, Math.max(...sizes)) ?? NaN;
        const error = Math.abs(found - exact) / Math.max(1, exact);
        expect(error, `seed ${seed}, share ${share}`).toBeLessThan(2 ** 0.25 - 1);
      }
    }
  });

  test("is exact for small sizes, and never above the largest", () => {
    expect(percentileOfSizes(countsOf([0, 1, 2, 3, 4, 5, 6, 7]), 0.5, 7)).toBe(3);
    expect(percentileOfSizes(countsOf([1_030]), 0.95, 1_030)).toBe(1_030);
  });

  test("is null of none", () => {
    expect(percentileOfSizes([], 0.95, 0)).toBeNull();
    expect(percentileOfSizes([0, 0], 0.95, 0)).toBeNull();
  });
});
