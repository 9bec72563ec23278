import { expect, test } from "vitest";
import { alternate, median, reachesGoal } from "./benchmark";

test("the median of an even number of values lies between the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test("peer and ours take turns, and the first round is thrown away", async () => {
  const order: string[] = [];
  let calls = 0;
  const side = (name: string) => () => {
    order.push(name);
    calls += 1;
    return Promise.resolve(calls);
  };
  const results = await alternate({ rounds: 2, peer: side("peer"), ours: side("ours") });
  expect(order).toEqual(["peer", "ours", "peer", "ours", "peer", "ours"]);
  expect(results).toEqual({ peer: [3, 5], ours: [4, 6] });
});

test.each([
  ["<= 1.35", 1.3, true],
  ["<= 1.35", 1.4, false],
  [">= 8", 8, true],
  [">= 8", 7.9, false],
  [null, 1, null],
] as const)("goal %s with ratio %s: %s", (goal, ratio, expected) => {
  expect(reachesGoal({ what: "", unit: "", peer: 1, ours: ratio, goal })).toBe(expected);
});
