import { expect, test } from "vitest";
import { metricCadenceMs } from "./metric-cadence";

test.each([
  ["utilizationPercent", "nvml", 1_000, 1_000],
  ["temperatureCelsius", "nvml", 1_000, 5_000],
  ["fanSpeedPercent", "nvml", 1_000, 60_000],
  ["temperatureCelsius", "nvml", 10_000, 10_000],
  ["temperatureCelsius", "smi", 1_000, 1_000],
  ["fanSpeedPercent", null, 2_000, 2_000],
] as const)(
  "%s from %s, polled each %d ms: each %d ms",
  (...[metric, source, pollIntervalMs, ms]) => {
    expect(metricCadenceMs(metric, { source, pollIntervalMs })).toBe(ms);
  },
);
