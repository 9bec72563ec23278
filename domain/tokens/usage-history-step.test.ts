import { describe, expect, test } from "vitest";
import { rollUpOfStep, usageParts, usageStepMs } from "./usage-history-step";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 24, 12);

describe("usageStepMs", () => {
  const step = (spanMs: number, maxPoints: number, minutesSinceMs = 0) =>
    usageStepMs({ fromMs: NOON, toMs: NOON + spanMs }, { maxPoints, minutesSinceMs });

  test.each([
    [HOUR, 240, MINUTE],
    [4 * HOUR, 240, MINUTE],
    [4 * HOUR + 1, 240, 5 * MINUTE],
    [20 * HOUR + 1, 240, HOUR],
    [30 * DAY, 240, 6 * HOUR],
    [400 * DAY, 400, DAY],
    [400 * DAY, 240, 2 * DAY],
    [400 * DAY, 1, 400 * DAY],
    [1, 1, MINUTE],
  ])("%d ms in %d points at most: %d ms", (spanMs, maxPoints, stepMs) => {
    expect(step(spanMs, maxPoints)).toBe(stepMs);
    expect(spanMs / stepMs).toBeLessThanOrEqual(maxPoints);
  });

  test("is an hour at least where no minutes are kept any more", () => {
    expect(step(HOUR, 240, NOON)).toBe(MINUTE);
    expect(step(HOUR, 240, NOON + 1)).toBe(HOUR);
  });

  test("is made up of the coarsest roll-up", () => {
    expect([MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, 2 * DAY].map(rollUpOfStep)).toEqual([
      60, 60, 3_600, 3_600, 3_600,
    ]);
  });
});

describe("usageParts", () => {
  test("are hours within, and minutes at both ends", () => {
    const range = { fromMs: NOON - 90_000, toMs: NOON + 2 * HOUR + 150_000 };
    expect(usageParts(range, 0)).toEqual([
      { stepSeconds: 60, fromMs: NOON - 2 * MINUTE, toMs: NOON },
      { stepSeconds: 3_600, fromMs: NOON, toMs: NOON + 2 * HOUR },
      { stepSeconds: 60, fromMs: NOON + 2 * HOUR, toMs: NOON + 2 * HOUR + 3 * MINUTE },
    ]);
  });

  test("are minutes alone where no whole hour lies within", () => {
    expect(usageParts({ fromMs: NOON + 1, toMs: NOON + 5 * MINUTE }, 0)).toEqual([
      { stepSeconds: 60, fromMs: NOON, toMs: NOON + 5 * MINUTE },
    ]);
  });

  test("are hours alone before minutes are kept", () => {
    expect(usageParts({ fromMs: NOON + 1, toMs: NOON + MINUTE }, NOON + HOUR)).toEqual([
      { stepSeconds: 3_600, fromMs: NOON, toMs: NOON + HOUR },
    ]);
    expect(usageParts({ fromMs: NOON + 1, toMs: NOON + HOUR + MINUTE }, NOON + HOUR)).toEqual([
      { stepSeconds: 3_600, fromMs: NOON, toMs: NOON + HOUR },
      { stepSeconds: 60, fromMs: NOON + HOUR, toMs: NOON + HOUR + MINUTE },
    ]);
  });

  test("do not overlap and leave no gap, whatever the range", () => {
    let state = 7;
    const next = (max: number) => (state = (state * 48_271) % 2_147_483_647) % max;
    for (let i = 0; i < 2_000; i++) {
      const fromMs = NOON + next(10 * HOUR);
      const toMs = fromMs + 1 + next(10 * HOUR);
      const parts = usageParts({ fromMs, toMs }, NOON + next(12) * HOUR);
      expect(parts[0]?.fromMs).toBeLessThanOrEqual(fromMs);
      expect(parts.at(-1)?.toMs).toBeGreaterThanOrEqual(toMs);
      for (const [at, part] of parts.entries()) {
        if (at > 0) expect(part.fromMs).toBe(parts[at - 1]?.toMs);
        expect(part.fromMs % (part.stepSeconds * 1_000)).toBe(0);
        expect(part.toMs % (part.stepSeconds * 1_000)).toBe(0);
      }
    }
  });
});
