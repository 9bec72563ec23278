import { expect, test } from "vitest";
import { createTickClock } from "./tick-clock";

function ticksAt(...walls: number[]): number[] {
  const count = walls.length;
  const next = createTickClock(() => walls.shift() ?? 0);
  return Array.from({ length: count }, next);
}

test("never the same time twice, never backwards, while the wall clock stands or is set back a little", () => {
  expect(ticksAt(1_000, 1_000, 1_000.9, 5_000, 3_500, 4_500, 5_500)).toEqual([
    1_000, 1_001, 1_002, 5_000, 5_001, 5_002, 5_500,
  ]);
});

test.each([2_500, 3_600_000, 25 * 3_600_000])(
  "set back %d ms it gives the new time at once",
  (stepMs) => {
    const now = 1_790_000_000_000;
    const after = now - stepMs;
    expect(ticksAt(now, after, after, after + 1_000)).toEqual([
      now,
      after,
      after + 1,
      after + 1_000,
    ]);
  },
);
