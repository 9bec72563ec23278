import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historyStepsMs } from "./history-step";
import { alignRange, bucketStartsMs, isTooLarge, rawPointLimit } from "./history-range";

describe("history range", () => {
  test("a raw range stays as it is", () => {
    expect(alignRange({ fromMs: 1_234, toMs: 5_678, stepMs: null })).toEqual({
      fromMs: 1_234,
      toMs: 5_678,
    });
  });

  test("whole buckets cover the range, each once, and none lies beside it", () => {
    const anyCase = fc.record({
      fromMs: fc.integer({ min: 0, max: 4e12 }),
      lengthMs: fc.integer({ min: 1, max: 3_600_000 }),
      stepMs: fc.constantFrom(...historyStepsMs),
    });
    fc.assert(
      fc.property(anyCase, ({ fromMs, lengthMs, stepMs }) => {
        const toMs = fromMs + lengthMs;
        const range = alignRange({ fromMs, toMs, stepMs });
        const starts = bucketStartsMs({ ...range, stepMs });
        expect(starts.every((start) => start % stepMs === 0)).toBe(true);
        expect(starts.every((start, i) => i === 0 || start === (starts[i - 1] ?? 0) + stepMs)).toBe(
          true,
        );
        expect(starts[0]).toBeLessThanOrEqual(fromMs);
        expect(starts[0]).toBeGreaterThan(fromMs - stepMs);
        expect(starts.at(-1)).toBeLessThan(toMs);
        expect((starts.at(-1) ?? 0) + stepMs).toBeGreaterThanOrEqual(toMs);
      }),
    );
  });

  test("raw points are bounded by a GPU and by the whole answer", () => {
    const one = { gpuUuids: ["a"], metrics: ["x"], fromMs: 0, toMs: 1, stepMs: null };
    expect(rawPointLimit(one)).toBe(11_000);
    const all = { ...one, gpuUuids: new Array<string>(16), metrics: new Array<string>(25) };
    expect(rawPointLimit(all)).toBe(2_500);
  });

  test("a million numbers is the most that buckets may hold", () => {
    const query = { gpuUuids: ["a"], metrics: ["x"], fromMs: 0, toMs: 10_000_000, stepMs: 1_000 };
    expect(isTooLarge(query)).toBe(false);
    expect(
      isTooLarge({ ...query, gpuUuids: new Array<string>(16), metrics: new Array<string>(3) }),
    ).toBe(true);
  });
});
