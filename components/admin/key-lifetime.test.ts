import { expect, test } from "vitest";
import { lifetimeDays } from "./key-lifetime";

// A local noon, so that the test means the same in every zone.
const nowMs = new Date(2026, 10, 20, 12).getTime();
const of = (date: string) => lifetimeDays({ kind: "date", date }, nowMs);

test("days, never", () => {
  expect(lifetimeDays({ kind: "days", days: 90 }, nowMs)).toBe(90);
  expect(lifetimeDays({ kind: "never" }, nowMs)).toBeNull();
});

test("a day counts as a whole: the key holds on it", () => {
  expect(of("2026-11-20")).toBe(1);
  expect(of("2026-11-21")).toBe(2);
  expect(of("2027-11-20")).toBe(366);
});

test("what is no day, over or too far says so", () => {
  expect(of("")).toBe("Give a day");
  expect(of("2026-13-40")).toBe("Give a day");
  expect(of("2026-11-19")).toBe("That day is over");
  expect(of("2046-01-01")).toBe("Ten years at most");
});
