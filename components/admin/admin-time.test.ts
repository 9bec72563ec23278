import { expect, test } from "vitest";
import { lastSeenText, momentText, untilText } from "./admin-time";

const nowMs = new Date(2026, 10, 20, 14, 32, 8).getTime();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test.each([
  [0, "just now"],
  [119_000, "just now"], // kept to the minute: a second would be invented
  [248_000, "4 m ago"],
  [2 * HOUR_MS, "12:32"],
  [20 * HOUR_MS, "yesterday"],
  [15 * 24 * HOUR_MS, "5 Nov"],
  [-5_000, "just now"], // a clock that is ahead
])("seen %d ms ago is %s", (ageMs, text) => {
  expect(lastSeenText(nowMs - ageMs, nowMs)).toBe(text);
});

test("a moment of another day has its day, one of today none", () => {
  expect(momentText(nowMs, nowMs)).toBe("14:32:08");
  expect(momentText(nowMs - 24 * HOUR_MS, nowMs)).toBe("19 Nov 14:32:08");
});

test("an end has the days that are left, and hours near to it", () => {
  expect(untilText(nowMs + 10 * 24 * HOUR_MS - 1, nowMs)).toBe("30 Nov, in 10 d");
  expect(untilText(nowMs + 5.5 * HOUR_MS, nowMs)).toBe("20 Nov, in 5 h 30 m");
});
