import { describe, expect, test } from "vitest";
import { gpuMetrics } from "./gpu-metric-facts";
import { quarantine } from "./quarantine";
import { simulatedReadings } from "./simulated-readings";

const START_MS = 1_790_000_000_000;
const hour = Array.from({ length: 3_600 }, (_, second) =>
  simulatedReadings(START_MS + second * 1_000),
);

describe("simulatedReadings", () => {
  test("two GPUs that say they are simulated, the same for the same time", () => {
    const readings = simulatedReadings(START_MS);
    expect(readings.map(({ gpuName }) => gpuName)).toEqual(["Simulated GPU 0", "Simulated GPU 1"]);
    expect(simulatedReadings(START_MS)).toEqual(readings);
    expect(readings[0]?.values).not.toEqual(readings[1]?.values);
  });

  test("an hour of it holds no impossible value and every metric but the one that others report", () => {
    for (const reading of hour.flat()) {
      expect(Object.values(quarantine(reading).missing)).not.toContain("impossible_value");
      expect(gpuMetrics.filter((metric) => reading.values[metric] === null)).toEqual([
        "inferenceFps",
      ]);
    }
  });

  test("the energy counter rises with the power that is drawn", () => {
    const first = hour.map(([gpu]) => gpu!.values);
    const joules = first.map(({ energyJoules }) => energyJoules!);
    for (let i = 1; i < joules.length; i += 1) expect(joules[i]).toBeGreaterThan(joules[i - 1]!);
    const drawn = first.reduce((sum, { powerWatts }) => sum + powerWatts!, 0);
    expect((joules.at(-1)! - joules[0]!) / drawn).toBeCloseTo(1, 0);
  });

  test("the curves belong together: it moves, and power rises with the load", () => {
    const first = hour.map(([gpu]) => gpu!.values);
    const loads = first.map(({ utilizationPercent }) => utilizationPercent!);
    expect(Math.max(...loads) - Math.min(...loads)).toBeGreaterThan(40);
    const meanPower = (isBusy: boolean) => {
      const powers = first
        .filter(({ utilizationPercent }) => utilizationPercent! > 60 === isBusy)
        .map(({ powerWatts }) => powerWatts!);
      return powers.reduce((sum, watts) => sum + watts, 0) / powers.length;
    };
    expect(meanPower(true)).toBeGreaterThan(meanPower(false));
  });
});
