import { describe, expect, test } from "vitest";
import { formatDuration } from "./format-duration";

describe("formatDuration", () => {
  test.each([
    [0, "0 ms"],
    [214, "214 ms"],
    [999, "999 ms"],
    [999.6, "999 ms"],
    [8_400, "8 s"],
    [59_999, "59 s"],
    [60_000, "1 m"],
    [248_000, "4 m 08 s"],
    [1_800_000, "30 m"],
    [3_599_999, "59 m 59 s"],
    [7_500_000, "2 h 05 m"],
    [86_400_000, "1 d"],
    [529_200_000, "6 d 03 h"],
    [-5, "0 ms"],
  ])("%d ms is %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
