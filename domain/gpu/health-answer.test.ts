import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHealthAnswer } from "./health-answer";

describe("readHealthAnswer", () => {
  test("reads the known keys; GB become MiB", () => {
    const reading = readHealthAnswer({
      status: "healthy",
      device: "cuda:0",
      vram_used_gb: 5.5,
      vram_total_gb: 24,
      gpu_utilization: 37,
      temperature: 61.5,
      power_watts: 180.25,
    });
    expect(reading?.gpuName).toBe("GPU (cuda:0)");
    expect(reading?.values).toMatchObject({
      memoryUsedMib: 5632,
      memoryTotalMib: 24576,
      utilizationPercent: 37,
      temperatureCelsius: 61.5,
      powerWatts: 180.25,
      fanSpeedPercent: null,
    });
    expect(reading?.missing.powerWatts).toBeUndefined();
    expect(reading?.missing.fanSpeedPercent).toBe("not_offered");
  });

  test("what is missing is null with a reason: no invented total, no 0", () => {
    const reading = readHealthAnswer({ vram_used_gb: 2, temperature: null, power_watts: "high" });
    expect(reading?.gpuName).toBeNull();
    expect(reading?.values).toMatchObject({
      memoryUsedMib: 2048,
      memoryTotalMib: null,
      utilizationPercent: null,
      temperatureCelsius: null,
      powerWatts: null,
    });
    expect(reading?.missing).toMatchObject({
      memoryTotalMib: "not_offered",
      temperatureCelsius: "not_offered",
      powerWatts: "read_error",
    });
  });

  test("accepted only with VRAM in use or a utilisation, 0 % included", () => {
    expect(readHealthAnswer({ vram_used_gb: 0, temperature: 40 })).toBeNull();
    expect(readHealthAnswer({ gpu_utilization: null })).toBeNull();
    expect(readHealthAnswer({ gpu_utilization: 0 })?.values.utilizationPercent).toBe(0);
  });

  test.each([null, [], "healthy", 7, undefined])("%j says nothing about a GPU", (answer) => {
    expect(readHealthAnswer(answer)).toBeNull();
  });

  test("any JSON is read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
        readHealthAnswer(first);
        readHealthAnswer({ vram_used_gb: first, gpu_utilization: 1, device: second });
        readHealthAnswer(JSON.parse(`{"__proto__": ${JSON.stringify(first)}}`));
      }),
      { numRuns: 2_000 },
    );
  });
});
