import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetDayOf, budgetHourAtMs } from "./budget-day";

const HOUR_MS = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const hoursOf = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
  (endMs - startMs) / HOUR_MS;

describe("budgetDayOf", () => {
  test("a day of UTC", () => {
    expect(budgetDayOf(at("2026-11-24T23:59:59.999Z"), "UTC")).toEqual({
      day: "2026-11-24",
      startMs: at("2026-11-24T00:00:00Z"),
      endMs: at("2026-11-25T00:00:00Z"),
    });
    expect(budgetDayOf(at("2026-11-25T00:00:00Z"), "UTC").day).toBe("2026-11-25");
  });

  test.each([
    {
      what: "summer begins",
      moment: "2026-03-29T12:00:00Z",
      timeZone: "Europe/Berlin",
      start: "2026-03-28T23:00:00Z",
      hours: 23,
    },
    {
      what: "summer ends",
      moment: "2026-10-25T12:00:00Z",
      timeZone: "Europe/Berlin",
      start: "2026-10-24T22:00:00Z",
      hours: 25,
    },
    {
      what: "half an hour",
      moment: "2026-11-24T12:00:00Z",
      timeZone: "Asia/Kolkata",
      start: "2026-11-23T18:30:00Z",
      hours: 24,
    },
    {
      what: "half an hour of summer",
      moment: "2026-10-03T20:00:00Z",
      timeZone: "Australia/Lord_Howe",
      start: "2026-10-03T13:30:00Z",
      hours: 23.5,
    },
    {
      what: "midnight is left out",
      moment: "2018-11-04T12:00:00Z",
      timeZone: "America/Sao_Paulo",
      start: "2018-11-04T03:00:00Z",
      hours: 23,
    },
    {
      what: "midnight comes twice",
      moment: "2018-02-17T12:00:00Z",
      timeZone: "America/Sao_Paulo",
      start: "2018-02-17T02:00:00Z",
      hours: 25,
    },
    {
      what: "the east end",
      moment: "2026-11-24T12:00:00Z",
      timeZone: "Pacific/Kiritimati",
      start: "2026-11-24T10:00:00Z",
      hours: 24,
    },
    {
      what: "the west end",
      moment: "2026-11-24T11:00:00Z",
      timeZone: "Etc/GMT+12",
      start: "2026-11-23T12:00:00Z",
      hours: 24,
    },
  ])("$what", ({ moment, timeZone, start, hours }) => {
    const day = budgetDayOf(at(moment), timeZone);
    expect(day.startMs).toBe(at(start));
    expect(hoursOf(day)).toBe(hours);
  });

  test("days follow each other without a gap, and each holds its moment", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Cairo",
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: at("2015-01-01"), max: at("2035-01-01") }),
        fc.constantFrom(...zones),
        (atMs, timeZone) => {
          const day = budgetDayOf(atMs, timeZone);
          expect(day.startMs).toBeLessThanOrEqual(atMs);
          expect(day.endMs).toBeGreaterThan(atMs);
          expect(budgetDayOf(day.endMs, timeZone).startMs).toBe(day.endMs);
          expect(budgetDayOf(day.startMs - 1, timeZone).endMs).toBe(day.startMs);
          const hourAtMs = budgetHourAtMs(atMs, day);
          expect(atMs - hourAtMs).toBeGreaterThanOrEqual(0);
          expect(atMs - hourAtMs).toBeLessThan(HOUR_MS);
          expect(hourAtMs).toBeGreaterThanOrEqual(day.startMs);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a zone that is not known throws", () => {
    expect(() => budgetDayOf(0, "Mars/Olympus")).toThrow(RangeError);
  });
});
