import { describe, expect, test } from "vitest";
import { formatGibOf, memoryLevel, memorySharePercent } from "./format-memory";
import { formatDecimals, formatFigure, formatFull } from "./format-number";
import { metricText, missingText, shortGpuName, shortUuid } from "./gpu-metric-display";
import { throttleReasons, throttlingNow } from "./throttle-reasons";

describe("numbers", () => {
  test("three significant figures, whole numbers in full", () => {
    expect([0.7051, 9.42, 9.996, 43.812, 99.96, 801.4, 1_935, -0.31].map(formatFigure)).toEqual([
      "0.71",
      "9.42",
      "10.0",
      "43.8",
      "100",
      "801",
      "1,935",
      "−0.31",
    ]);
  });

  test("nothing is written as minus zero", () => {
    expect(formatFigure(-0.001)).toBe("0.00");
    expect(formatDecimals(-0.04, 1)).toBe("0.0");
  });

  test("full precision keeps every digit and groups thousands", () => {
    expect([1_234_567.5, 0.1 + 0.2, 262.13, 1e-9].map(formatFull)).toEqual([
      "1,234,567.5",
      "0.3",
      "262.13",
      "0",
    ]);
  });
});

describe("memory", () => {
  test("used of total in GiB, unknown stays unknown", () => {
    expect(formatGibOf(44_851, 49_152)).toBe("43.8 / 48.0 GiB");
    expect(formatGibOf(null, 24_576)).toBe("– / 24.0 GiB");
  });

  test("shares and their levels", () => {
    expect(memorySharePercent(1, null)).toBeNull();
    expect(memorySharePercent(1, 0)).toBeNull();
    expect([84.99, 85, 94.99, 95].map((share) => memoryLevel(share))).toEqual([
      "normal",
      "warning",
      "warning",
      "critical",
    ]);
  });
});

describe("metrics of a GPU", () => {
  test("figure and unit, the state without one", () => {
    expect(metricText("utilizationPercent", 78)).toBe("78 %");
    expect(metricText("smClockMhz", 1_935)).toBe("1,935 MHz");
    expect(metricText("memoryUsedMib", 44_851)).toBe("43.8 GiB");
    expect(metricText("pcieReceiveKbPerSecond", 1_812_345)).toBe("1.81 GB/s");
    expect(metricText("bar1UsedMib", 256)).toBe("256 MiB");
    expect(metricText("performanceState", 0)).toBe("P0");
    expect(metricText("powerWatts", null)).toBe("–");
  });

  test("a missing value has its reason", () => {
    expect(missingText("not_offered")).toBe("not from this source");
    expect(missingText(undefined)).toBe("not reported");
  });

  test("ids are cut in the middle, names lose their maker", () => {
    expect(shortUuid("GPU-8b1f3c52-1111-2222-3333-44445555e0a7")).toBe("GPU-8b1f3c52…e0a7");
    expect(shortUuid("MIG-1")).toBe("MIG-1");
    expect(shortGpuName("NVIDIA GeForce RTX 4090")).toBe("RTX 4090");
    expect(shortGpuName(null)).toBe("Unnamed GPU");
  });
});

describe("throttle reasons", () => {
  test("idling and set clocks are reasons, but no throttling", () => {
    expect(throttleReasons(0x1 | 0x4).map((reason) => reason.label)).toEqual([
      "Idle",
      "SW power cap",
    ]);
    expect(throttlingNow(0x1 | 0x2 | 0x100)).toEqual([]);
    expect(throttlingNow(0x44).map((reason) => reason.label)).toEqual([
      "SW power cap",
      "HW thermal slowdown",
    ]);
  });

  test("a bit that no table knows is named, not dropped", () => {
    expect(throttleReasons(0x200).map((reason) => reason.label)).toEqual(["Unknown reason 0x200"]);
  });
});
