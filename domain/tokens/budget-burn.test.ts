import { describe, expect, test } from "vitest";
import { tokenBudget } from "@/fixtures/token-budgets";
import { budgetBurn, budgetToneOf, fullestBudget } from "./budget-burn";

const HOUR_MS = 3_600_000;
const hour = (number: number) => number * HOUR_MS;

describe("budgetBurn", () => {
  test("hours stand at their ends, the running one at now, and the forecast goes on from there", () => {
    const budget = tokenBudget({
      usedTokens: 40,
      dailyTokens: 100,
      fullAtMs: hour(5),
      hours: [10, 10, 40].map((usedTokens, place) => ({ atMs: hour(place), usedTokens })),
    });
    expect(budgetBurn(budget, { dayStartMs: 0, nowMs: hour(2.5) })).toEqual({
      points: [
        { atMs: 0, tokens: 0 },
        { atMs: hour(1), tokens: 10 },
        { atMs: hour(2), tokens: 10 },
        { atMs: hour(2.5), tokens: 40 },
      ],
      forecast: [
        { atMs: hour(2.5), tokens: 40 },
        { atMs: hour(5), tokens: 100 },
      ],
    });
  });
  test("a clock that is behind draws no line back", () => {
    const budget = tokenBudget({
      hours: [1, 2].map((usedTokens, place) => ({ atMs: hour(place), usedTokens })),
    });
    const times = budgetBurn(budget, { dayStartMs: 0, nowMs: hour(0.9) }).points.map(
      ({ atMs }) => atMs,
    );
    expect(times).toEqual([0, hour(1), hour(1)]);
  });
});

test.each([
  [79_999, "calm"],
  [80_000, "warn"],
  [99_999, "warn"],
  [100_000, "full"],
])("%d of 100,000 is %s", (usedTokens, tone) => {
  expect(budgetToneOf({ usedTokens, dailyTokens: 100_000 })).toBe(tone);
});

test("the fullest is found by share, not by tokens", () => {
  const small = { usedTokens: 9, dailyTokens: 10 };
  expect(fullestBudget([{ usedTokens: 500, dailyTokens: 1_000 }, small])).toBe(small);
  expect(fullestBudget([])).toBeNull();
});
