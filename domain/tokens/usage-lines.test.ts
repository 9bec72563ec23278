import { expect, test } from "vitest";
import type { UsagePoint } from "./usage-history";
import { usageLines } from "./usage-lines";

const MINUTE_MS = 60_000;
const point = (minute: number, changes: Partial<UsagePoint> = {}): UsagePoint => ({
  atMs: minute * MINUTE_MS,
  prompts: 4,
  meanTokens: 100,
  p5Tokens: 50,
  p95Tokens: 200,
  maxTokens: 220,
  meanUtilization: 0.1,
  warnings: 0,
  over: 0,
  truncated: 0,
  silentCuts: 0,
  reportedPromptTokens: 0,
  reportedCompletionTokens: 0,
  ...changes,
});
const linesOf = (points: UsagePoint[], toMinute: number) =>
  usageLines(
    { stepMs: MINUTE_MS, otherSeries: 0, series: [{ service: "api", model: "m", points }] },
    { fromMs: 0, toMs: toMinute * MINUTE_MS },
  );

test("a step in which only usage was reported is no point: nothing is drawn as 0", () => {
  const reported = point(1, { prompts: 0, meanTokens: null, p5Tokens: null, p95Tokens: null });
  const [line] = linesOf([point(0), reported, point(2)], 3);
  expect(line?.timesMs).toEqual([0, 2 * MINUTE_MS]);
  expect(line?.mean).toEqual([100, 100]);
  expect(line?.p95).toEqual([200, 200]);
  expect(line?.prompts).toEqual([4, 4]);
});

test("a silence of several steps is a gap with its reason, one of a single step is not", () => {
  const [line] = linesOf([point(0), point(2), point(12), point(13)], 14);
  expect(line?.gaps).toEqual([
    { fromMs: 3 * MINUTE_MS, toMs: 12 * MINUTE_MS, reason: "no-prompts" },
  ]);
});

test("the newest step may still be filling; longer silence at the end is a gap", () => {
  expect(linesOf([point(0), point(1)], 4)[0]?.gaps).toEqual([]);
  expect(linesOf([point(0), point(1)], 9)[0]?.gaps).toEqual([
    { fromMs: 2 * MINUTE_MS, toMs: 9 * MINUTE_MS, reason: "no-prompts" },
  ]);
});
