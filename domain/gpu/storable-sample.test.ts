import { describe, expect, test } from "vitest";
import { emptyReading, type GpuSample, type GpuValues, unknownDeviceFacts } from "./gpu-sample";
import { storableSample } from "./storable-sample";

function sampleWith(values: Partial<GpuValues>, more: Partial<GpuSample> = {}): GpuSample {
  const empty = emptyReading("not_offered");
  return {
    gpuUuid: "GPU-1",
    gpuIndex: 0,
    gpuName: "A GPU",
    ...unknownDeviceFacts,
    host: "test-host",
    recordedAtMs: 1_000,
    source: "smi",
    values: { ...empty.values, ...values },
    missing: empty.missing,
    ...more,
  };
}

describe("storable sample", () => {
  test("a value outside the bounds of its metric becomes null with the reason impossible_value", () => {
    const sample = storableSample(
      sampleWith({
        utilizationPercent: 255,
        memoryUsedMib: -1,
        powerWatts: Number.NaN,
        temperatureCelsius: 40,
      }),
    );
    expect(sample.values).toMatchObject({
      utilizationPercent: null,
      memoryUsedMib: null,
      powerWatts: null,
      temperatureCelsius: 40,
    });
    expect(sample.missing).toMatchObject({
      utilizationPercent: "impossible_value",
      memoryUsedMib: "impossible_value",
      powerWatts: "impossible_value",
    });
    expect(sample.missing).not.toHaveProperty("temperatureCelsius");
  });

  test("bounds themselves are possible", () => {
    const sample = storableSample(sampleWith({ utilizationPercent: 100, temperatureCelsius: -60 }));
    expect(sample.values).toMatchObject({ utilizationPercent: 100, temperatureCelsius: -60 });
  });

  test("whole-number metrics are rounded, others keep their digits", () => {
    const sample = storableSample(sampleWith({ fanSpeedPercent: 33.6, powerWatts: 71.43 }));
    expect(sample.values).toMatchObject({ fanSpeedPercent: 34, powerWatts: 71.43 });
  });

  test("a null without a reason gets one", () => {
    const sample = storableSample(sampleWith({}, { missing: {} }));
    expect(sample.missing.fanSpeedPercent).toBe("read_error");
  });

  test("text that PostgreSQL refuses is made harmless", () => {
    const sample = storableSample(sampleWith({}, { gpuUuid: "a\u0000b", gpuName: "x\ud800y" }));
    expect(sample.gpuUuid).toBe("a\uFFFDb");
    expect(sample.gpuName).toBe("x\uFFFDy");
  });

  test("a value with a reason to be missing loses the reason", () => {
    const given = {
      ...sampleWith({ powerWatts: 5 }),
      missing: { powerWatts: "read_error" as const },
    };
    expect(storableSample(given).missing).not.toHaveProperty("powerWatts");
    expect(storableSample(given).values.powerWatts).toBe(5);
  });

  test("more memory used than there is, is impossible", () => {
    const sample = storableSample(sampleWith({ memoryUsedMib: 2, memoryTotalMib: 1 }));
    expect(sample.values).toMatchObject({ memoryUsedMib: null, memoryTotalMib: 1 });
  });

  test("a negative zero is a zero", () => {
    expect(storableSample(sampleWith({ powerWatts: -0 })).values.powerWatts).toBe(0);
  });

  test("a sample that is right already stays the same object", () => {
    const right = storableSample(sampleWith({ powerWatts: 5.5, smClockMhz: 210 }));
    expect(storableSample(right)).toBe(right);
  });

  test("the sample given is not changed", () => {
    const given = sampleWith({ utilizationPercent: 255 });
    storableSample(given);
    expect(given.values.utilizationPercent).toBe(255);
  });
});
