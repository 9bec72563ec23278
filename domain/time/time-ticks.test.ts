import { describe, expect, test } from "vitest";
import { formatTick, timeTicks } from "./time-ticks";

const HOUR_MS = 3_600_000;
const fromMs = Date.UTC(2026, 10, 20, 13, 2, 8);

describe("timeTicks", () => {
  test("round steps inside the range", () => {
    const ticks = timeTicks({ fromMs, toMs: fromMs + HOUR_MS / 2, maxTicks: 6, utcOffsetMs: 0 });
    expect(ticks.map((atMs) => new Date(atMs).toISOString().slice(11, 19))).toEqual([
      "13:05:00",
      "13:10:00",
      "13:15:00",
      "13:20:00",
      "13:25:00",
      "13:30:00",
    ]);
  });
  test("round in local time, also where the zone is off by half an hour", () => {
    const utcOffsetMs = 5.5 * HOUR_MS;
    const ticks = timeTicks({ fromMs, toMs: fromMs + 6 * HOUR_MS, maxTicks: 6, utcOffsetMs });
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.every((atMs) => (atMs + utcOffsetMs) % HOUR_MS === 0)).toBe(true);
  });
  test.each([10_000, 60_000, HOUR_MS, 24 * HOUR_MS, 31 * 24 * HOUR_MS])(
    "never more than asked for, over %d ms",
    (spanMs) => {
      const ticks = timeTicks({ fromMs, toMs: fromMs + spanMs, maxTicks: 5, utcOffsetMs: 0 });
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(5);
    },
  );
  test("an empty range has none", () => {
    expect(timeTicks({ fromMs, toMs: fromMs, maxTicks: 5, utcOffsetMs: 0 })).toEqual([]);
  });
});

describe("formatTick", () => {
  const label = (spanMs: number) =>
    formatTick(fromMs, { spanMs, nowMs: fromMs, timeZone: "Europe/Berlin" });
  test("seconds under 15 minutes, clock to a day, day above", () => {
    expect(label(10 * 60_000)).toBe("14:02:08");
    expect(label(HOUR_MS)).toBe("14:02");
    expect(label(2 * 24 * HOUR_MS)).toBe("20 Nov 14:02");
    expect(label(7 * 24 * HOUR_MS)).toBe("20 Nov");
  });
});
