import { describe, expect, test } from "vitest";
import { fullAtMsOf, hoursOfDay } from "./budget-forecast";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 24);
const END = START + 24 * HOUR_MS;
const hour = (number: number) => START + number * HOUR_MS;

/** Tokens of each hour, now at `nowHour`. */
function forecast(tokens: readonly number[], nowHour: number, dailyTokens: number) {
  const nowMs = hour(nowHour);
  const used = new Map(tokens.map((count, place) => [hour(place), count]));
  const hours = hoursOfDay({ dayStartMs: START, dayEndMs: END, nowMs }, used);
  const usedTokens = hours.at(-1)?.usedTokens ?? 0;
  return fullAtMsOf({ dailyTokens, usedTokens, hours, dayStartMs: START, dayEndMs: END, nowMs });
}

describe("fullAtMsOf", () => {
  test("half into an hour, the second half of the hour before counts too", () => {
    // 100 in the last half hour, 50 of the 100 of the hour before: 150 an hour, 300 left.
    expect(forecast([100, 100], 1.5, 500)).toBe(hour(3.5));
  });
  test("what is long past does not count", () => {
    expect(forecast([1_000_000, 0, 0, 0], 3.5, 1_100_000)).toBeNull();
  });
  test("in the first hour the time since midnight is the measure", () => {
    expect(forecast([100], 0.5, 300)).toBe(hour(1.5));
  });
  test("a moment after midnight says nothing", () => {
    expect(forecast([100], 0.01, 300)).toBeNull();
  });
  test("one that lasts the day, and one that is full", () => {
    expect(forecast([10, 10], 1.5, 1_000_000)).toBeNull();
    expect(forecast([500, 500], 1.5, 1_000)).toBeNull();
  });
});

describe("hoursOfDay", () => {
  test("sums run from midnight to the running hour", () => {
    const used = new Map([
      [hour(0), 5],
      [hour(2), 7],
    ]);
    expect(hoursOfDay({ dayStartMs: START, dayEndMs: END, nowMs: hour(3.1) }, used)).toEqual([
      { atMs: hour(0), usedTokens: 5 },
      { atMs: hour(1), usedTokens: 5 },
      { atMs: hour(2), usedTokens: 12 },
      { atMs: hour(3), usedTokens: 12 },
    ]);
  });
  test("a report from a minute ahead is in its own hour", () => {
    const used = new Map([[hour(1), 7]]);
    expect(
      hoursOfDay({ dayStartMs: START, dayEndMs: END, nowMs: hour(1) - 1 }, used).at(-1),
    ).toEqual({ atMs: hour(1), usedTokens: 7 });
  });
  test("a day of 25 hours has 25", () => {
    const dayEndMs = START + 25 * HOUR_MS;
    expect(
      hoursOfDay({ dayStartMs: START, dayEndMs, nowMs: dayEndMs - 1 }, new Map()),
    ).toHaveLength(25);
  });
});
