import { describe, expect, test } from "vitest";
import { emptyReading } from "./gpu-sample";
import type { GpuMetric } from "./gpu-metric";
import { quarantine } from "./quarantine";

function reading(values: Partial<Record<GpuMetric, number>>) {
  const empty = emptyReading("not_offered");
  return { values: { ...empty.values, ...values }, missing: empty.missing };
}

function setAside({ missing }: ReturnType<typeof quarantine>) {
  return Object.keys(missing).filter(
    (metric) => missing[metric as GpuMetric] === "impossible_value",
  );
}

describe("quarantine", () => {
  test.each<[GpuMetric, number]>([
    ["utilizationPercent", 100.5],
    ["utilizationPercent", Number.NaN],
    ["powerWatts", -12],
    ["powerWatts", 2 ** 63],
    ["powerWatts", Number.POSITIVE_INFINITY],
    ["memoryUsedMib", 4294967295],
    ["performanceState", 32],
    ["throttleReasons", 2 ** 64],
    ["temperatureCelsius", -300],
  ])("%s = %d is set aside as null with its reason", (metric, value) => {
    const result = quarantine(reading({ [metric]: value }));
    expect(result.values[metric]).toBeNull();
    expect(result.missing[metric]).toBe("impossible_value");
    expect(setAside(result)).toEqual([metric]);
  });

  test("more memory used than there is: the used value is set aside, the total stays", () => {
    const result = quarantine(reading({ memoryUsedMib: 8193, memoryTotalMib: 8192 }));
    expect(result.values).toMatchObject({ memoryUsedMib: null, memoryTotalMib: 8192 });
    expect(setAside(result)).toEqual(["memoryUsedMib"]);
  });

  test("bounds belong to the possible values; a fan may pass 100 %; whole numbers are rounded", () => {
    const given = {
      utilizationPercent: 100,
      fanSpeedPercent: 120,
      memoryUsedMib: 1023.6,
      powerWatts: 0,
    };
    const result = quarantine(reading(given));
    expect(result.values).toMatchObject({ ...given, memoryUsedMib: 1024 });
    expect(setAside(result)).toEqual([]);
    expect(result.missing.powerWatts).toBeUndefined();
  });

  test("the given reading is left as it was, and -0 becomes 0", () => {
    const given = reading({ utilizationPercent: 500, powerWatts: -0 });
    const result = quarantine(given);
    expect(given.values.utilizationPercent).toBe(500);
    expect(Object.is(result.values.powerWatts, 0)).toBe(true);
  });

  test("a null without a reason gets one", () => {
    const { values } = emptyReading("not_offered");
    expect(quarantine({ values, missing: {} }).missing.powerWatts).toBe("read_error");
  });
});
