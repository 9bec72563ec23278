import { expect, test } from "vitest";
import { isOfNow, isStale } from "./staleness";

const NOW = 1_790_000_000_000;

test.each([
  [0, 1_000, false, true],
  [5_000, 1_000, false, true],
  [5_001, 1_000, true, false],
  [10_000, 2_000, false, true],
  [10_001, 2_000, true, false],
  [-5_000, 1_000, false, true],
  [-5_001, 1_000, false, false],
  [-3_600_000, 1_000, false, false],
])("a sample %d ms old at a poll each %d ms: stale %s, of now %s", (...row) => {
  const [ageMs, pollIntervalMs, stale, ofNow] = row;
  const age = { recordedAtMs: NOW - ageMs, nowMs: NOW, pollIntervalMs };
  expect([isStale(age), isOfNow(age)]).toEqual([stale, ofNow]);
});
