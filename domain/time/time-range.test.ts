import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  defaultSpanMs,
  formatOffset,
  formatTypedTime,
  longestSpanMs,
  parseOffsetMs,
  parseTimeRange,
  parseTypedTime,
  rangeText,
  shiftRange,
  shortestSpanMs,
  zoomOut,
} from "./time-range";

const nowMs = Date.UTC(2026, 10, 20, 13, 32, 8);
const parse = (from: string | null, to: string | null = null) =>
  parseTimeRange({ from, to }, nowMs);

describe("parseTimeRange", () => {
  test("nothing in the address: the last 30 minutes, moving on", () => {
    expect(parse(null)).toEqual({
      fromMs: nowMs - defaultSpanMs,
      toMs: nowMs,
      spanMs: defaultSpanMs,
      isRelative: true,
    });
  });
  test("an offset counts back from now", () => {
    expect(parse("-6h")).toMatchObject({ fromMs: nowMs - 6 * 3_600_000, isRelative: true });
  });
  test("an offset counts back from a fixed end: what a paused address holds", () => {
    expect(parse("-30m", "1000000000000")).toMatchObject({
      fromMs: 1_000_000_000_000 - 1_800_000,
      toMs: 1_000_000_000_000,
      isRelative: false,
    });
  });
  test("two fixed ends", () => {
    expect(parse("1000000000000", "1000000060000")).toMatchObject({ spanMs: 60_000 });
  });
  test.each(["banana", "-30", "30m", "-30m; drop", "1e9", "-99999999999m", "", "NaN", "-0x1f"])(
    "from=%s counts as absent",
    (from) => {
      expect(parse(from).spanMs).toBe(defaultSpanMs);
    },
  );
  test("a range turned round becomes the shortest, one too long keeps its end", () => {
    expect(parse("1000000060000", "1000000000000")).toMatchObject({
      toMs: 1_000_000_000_000,
      spanMs: shortestSpanMs,
    });
    expect(parse("0", "1000000000000")).toMatchObject({
      toMs: 1_000_000_000_000,
      spanMs: longestSpanMs,
    });
  });
  test("whatever stands in the address, the range is finite and in order", () => {
    fc.assert(
      fc.property(
        fc.option(fc.oneof(fc.string(), fc.integer().map(String), fc.constant("-5m"))),
        fc.option(fc.oneof(fc.string(), fc.nat().map(String))),
        (from, to) => {
          const range = parse(from, to);
          expect(Number.isFinite(range.fromMs)).toBe(true);
          expect(range.toMs - range.fromMs).toBe(range.spanMs);
          expect(range.spanMs).toBeGreaterThanOrEqual(shortestSpanMs);
          expect(range.spanMs).toBeLessThanOrEqual(longestSpanMs);
        },
      ),
    );
  });
});

describe("offsets", () => {
  test.each([
    [1_800_000, "-30m"],
    [5_400_000, "-90m"],
    [86_400_000, "-1d"],
    [3_600_000, "-1h"],
    [61_400, "-61s"],
  ])("%d ms is %s", (spanMs, text) => {
    expect(formatOffset(spanMs)).toBe(text);
  });
  test("what is written can be read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_678_400 }), (seconds) => {
        expect(parseOffsetMs(formatOffset(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });
  test("a choice as it stands in the address", () => {
    expect(rangeText({ spanMs: 3_600_000 })).toEqual({ from: "-1h", to: null });
    expect(rangeText({ fromMs: 1.4, toMs: 60_000.6 })).toEqual({ from: "1", to: "60001" });
  });
});

describe("moving", () => {
  test("earlier goes back half a span and stands still", () => {
    expect(shiftRange(parse("-30m"), -1, nowMs)).toEqual({
      fromMs: nowMs - 45 * 60_000,
      toMs: nowMs - 15 * 60_000,
    });
  });
  test("later ends at now and moves on from there", () => {
    const earlier = parse(String(nowMs - 45 * 60_000), String(nowMs - 15 * 60_000));
    expect(shiftRange(earlier, 1, nowMs)).toEqual({ spanMs: 30 * 60_000 });
  });
  test("zooming out keeps the middle of a fixed range", () => {
    const hourAgo = nowMs - 3_600_000;
    expect(zoomOut(parse(String(hourAgo - 60_000), String(hourAgo)), nowMs)).toEqual({
      fromMs: hourAgo - 90_000,
      toMs: hourAgo + 30_000,
    });
  });
  test("zooming out of a range that ends now keeps its end, up to the longest", () => {
    expect(zoomOut(parse("-30m"), nowMs)).toEqual({ spanMs: 3_600_000 });
    expect(zoomOut(parse("-30d"), nowMs)).toEqual({ spanMs: longestSpanMs });
  });
});

describe("parseTypedTime", () => {
  test("what the field shows can be read back", () => {
    const atMs = Math.floor(nowMs / 1_000) * 1_000;
    expect(parseTypedTime(formatTypedTime(atMs), nowMs)).toBe(atMs);
  });
  test("a clock time is today's", () => {
    const today = new Date(nowMs);
    expect(parseTypedTime(" 14:02 ", nowMs)).toBe(today.setHours(14, 2, 0, 0));
  });
  test("a date alone is its local midnight", () => {
    expect(parseTypedTime("2026-11-20", nowMs)).toBe(new Date(2026, 10, 20).getTime());
  });
  test("ISO with a zone, and epoch ms", () => {
    expect(parseTypedTime("2026-11-20T13:32:08Z", nowMs)).toBe(nowMs);
    expect(parseTypedTime(String(nowMs), nowMs)).toBe(nowMs);
  });
  test.each(["", "now", "25:00", "14:61", "yesterday", "2026-13-01", "1", "2026-11-20 99:00"])(
    "%s is no time",
    (typed) => {
      expect(parseTypedTime(typed, nowMs)).toBeNull();
    },
  );
});
