import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAmdMetrics, readAmdStatic } from "./amd-json";
import { readRocmMetrics } from "./amd-rocm-json";
import { gpuMetrics } from "./gpu-metric-facts";
import { quarantine } from "./quarantine";

const folder = path.join(import.meta.dirname, "../../fixtures/amd");
const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Record<string, unknown>;
const amd = fixture("amd-smi.json");
const fixed = readAmdStatic(amd.list, amd.static);

describe("amd-smi", () => {
  const [first, second] = readAmdMetrics(amd.metric, fixed)!;

  test("values, units and device facts", () => {
    expect(first).toMatchObject({
      gpuUuid: "AMD-d8ff74a1-0000-1000-804c-1ad5ba6d3b0a",
      gpuIndex: 0,
      gpuName: "MI300A",
      vendor: "amd",
      memoryKind: "dedicated",
      values: {
        utilizationPercent: 42,
        memoryBandwidthPercent: 1,
        memoryUsedMib: 283,
        memoryTotalMib: 64289,
        temperatureCelsius: 47,
        powerWatts: 203,
        powerLimitWatts: 550,
        smClockMhz: 113,
        smClockMaxMhz: 1800,
        memoryClockMhz: 900,
        memoryClockMaxMhz: 1200,
        pcieLinkWidth: 16,
        pcieLinkGeneration: 5,
        pcieReplayCounter: 0,
        slowdownTemperatureCelsius: 100,
        eccCorrectedCount: 0,
        eccUncorrectedCount: 2,
        energyJoules: 1234.567,
        fanSpeedPercent: null,
      },
      missing: { fanSpeedPercent: "not_supported", throttleReasons: "not_offered" },
    });
  });

  test("nothing is 0 that was N/A or not there", () => {
    expect(second).toMatchObject({ gpuUuid: "AMD-0000:22:00.0", gpuName: "Radeon PRO W7700" });
    const given = gpuMetrics.filter((metric) => second!.values[metric] !== null);
    expect(given).toEqual(["temperatureCelsius", "powerWatts", "fanSpeedPercent"]);
    expect(second!.missing.memoryTotalMib).toBe("not_supported");
    expect(second!.missing.utilizationPercent).toBe("not_offered");
  });

  test("the wrapped form of ROCm 7 gives the same", () => {
    const wrapped = readAmdStatic({ gpu_data: amd.list }, { gpu_data: amd.static });
    expect(readAmdMetrics({ gpu_data: amd.metric }, wrapped)).toEqual([first, second]);
  });

  test("without list and static the values are still there", () => {
    const [bare] = readAmdMetrics(amd.metric, readAmdStatic(null, "N/A"))!;
    expect(bare).toMatchObject({ gpuUuid: "AMD-0", gpuName: null, memoryKind: null });
    expect(bare!.values.powerWatts).toBe(203);
    expect(bare!.values.powerLimitWatts).toBeNull();
  });
});

describe("rocm-smi", () => {
  const [first, second] = readRocmMetrics(fixture("rocm-smi.json"))!;

  test("values as text, in the keys of several releases", () => {
    expect(first).toMatchObject({
      gpuUuid: "AMD-0000:C4:00.0",
      gpuName: "Phoenix3",
      values: {
        utilizationPercent: 19,
        memoryTotalMib: 512,
        memoryUsedMib: 257,
        temperatureCelsius: 31,
        powerWatts: 7.222,
        smClockMhz: 800,
        memoryClockMhz: 400,
        pcieReplayCounter: 0,
      },
    });
    expect(second).toMatchObject({
      gpuUuid: "AMD-0x18f68e602b8a790f",
      gpuIndex: 1,
      values: {
        powerWatts: 128,
        powerLimitWatts: 560,
        utilizationPercent: 100,
        fanSpeedPercent: null,
      },
      missing: { fanSpeedPercent: "not_supported", memoryUsedMib: "not_offered" },
    });
  });
});

test("any JSON at all: nothing throws, and every null has a reason", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (metric, other) => {
      const given = [
        ...(readAmdMetrics(metric, readAmdStatic(other, other)) ?? []),
        ...(readAmdMetrics([{ gpu: 0, usage: metric, pcie: other }], fixed) ?? []),
        ...(readRocmMetrics(metric) ?? []),
        ...(readRocmMetrics({ card0: other }) ?? []),
      ];
      for (const reading of given) {
        const { values, missing } = quarantine(reading);
        for (const key of gpuMetrics) expect(values[key] === null).toBe(missing[key] !== undefined);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(readAmdMetrics(JSON.parse('[{"gpu":0,"__proto__":{"usage":1}}]'), fixed)).toHaveLength(1);
});
