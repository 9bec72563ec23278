import { describe, expect, test } from "vitest";
import { formatClock, formatDay, formatIso, formatRange, formatZone } from "./format-time";

const timeZone = "Europe/Berlin";
const nowMs = Date.UTC(2026, 10, 20, 13, 32, 8);

describe("clock, day and zone", () => {
  test("local time with and without seconds", () => {
    expect(formatClock(nowMs, { timeZone })).toBe("14:32");
    expect(formatClock(nowMs, { timeZone, seconds: true })).toBe("14:32:08");
  });
  test("midnight is 00, not 24", () => {
    expect(formatClock(Date.UTC(2026, 10, 20, 23), { timeZone })).toBe("00:00");
  });
  test("the year stands only where it differs from now", () => {
    expect(formatDay(nowMs, { nowMs, timeZone })).toBe("20 Nov");
    expect(formatDay(Date.UTC(2025, 10, 20), { nowMs, timeZone })).toBe("20 Nov 2025");
  });
  test("the zone is that of the shown time, not of now", () => {
    expect(formatZone(nowMs, timeZone)).toBe("CET");
    expect(formatZone(Date.UTC(2026, 6, 1), timeZone)).toBe("CEST");
  });
  test("copies and hovers are UTC", () => {
    expect(formatIso(nowMs)).toBe("2026-11-20T13:32:08.000Z");
  });
});

describe("formatRange", () => {
  const range = (minutesAgo: number, lengthMinutes: number) => {
    const toMs = nowMs - minutesAgo * 60_000;
    return formatRange({ fromMs: toMs - lengthMinutes * 60_000, toMs }, { nowMs, timeZone });
  };
  test("today: clock times only", () => {
    expect(range(0, 30)).toBe("14:02 – 14:32");
  });
  test("under five minutes: with seconds", () => {
    expect(range(0, 1)).toBe("14:31:08 – 14:32:08");
  });
  test("another day is named once", () => {
    expect(range(24 * 60, 30)).toBe("19 Nov 14:02 – 14:32");
  });
  test("over midnight both days are named", () => {
    expect(range(14 * 60, 60)).toBe("19 Nov 23:32 – 20 Nov 00:32");
  });
  test("days: without clock times", () => {
    expect(range(0, 7 * 24 * 60)).toBe("13 Nov – 20 Nov");
  });
});
