import { expect, test } from "vitest";
import { advisedConcurrency } from "./advised-concurrency";
import { compareLevels, worstLevel } from "./pressure-level";

test("less at warning, half at critical, never less than one", () => {
  const at = (max: number) =>
    ([null, "normal", "warning", "critical"] as const).map((level) =>
      advisedConcurrency(level, max),
    );
  expect(at(4)).toEqual([4, 4, 3, 2]);
  expect(at(1)).toEqual([1, 1, 1, 1]);
  expect(at(2)).toEqual([2, 2, 1, 1]);
  expect(at(3)).toEqual([3, 3, 2, 1]);
  expect(at(1_024)).toEqual([1_024, 1_024, 768, 512]);
  for (let max = 1; max <= 1_024; max++) {
    expect(advisedConcurrency("warning", max)).toBe(Math.max(1, Math.floor(0.75 * max)));
    expect(advisedConcurrency("critical", max)).toBe(Math.max(1, Math.floor(max / 2)));
  }
});

test("the worst of levels; unknown ones say nothing", () => {
  expect(worstLevel([])).toBeNull();
  expect(worstLevel([null, null])).toBeNull();
  expect(worstLevel(["normal", null, "warning"])).toBe("warning");
  expect(worstLevel(["critical", "normal"])).toBe("critical");
  expect(compareLevels("critical", "warning")).toBeGreaterThan(0);
});
