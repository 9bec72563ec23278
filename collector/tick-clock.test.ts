import { expect, test } from "vitest";
import { createTickClock } from "./tick-clock";

test("never the same time twice, never backwards, also when the wall clock stands or is set back", () => {
  const walls = [1_000, 1_000, 1_000.9, 2_000, 2_000 - 3_600_000, 2_500];
  const next = createTickClock(() => walls.shift() ?? 0);
  expect(Array.from({ length: 6 }, next)).toEqual([1_000, 1_001, 1_002, 2_000, 2_001, 2_500]);
});
