import { expect, test } from "vitest";
import { gpuSample } from "@/fixtures/gpu-samples";
import { carryValues, type CarriedSample } from "./carried-values";
import type { GpuSample } from "./gpu-sample";

const at = (recordedAtMs: number, given: Partial<GpuSample>) =>
  gpuSample({ source: "nvml", recordedAtMs, ...given });

/** What a tick reads, and what it leaves for another. */
const read = (recordedAtMs: number, values: Partial<GpuSample["values"]>, later: string[]) => {
  const sample = at(recordedAtMs, { values: gpuSample({ values }).values });
  const missing = Object.fromEntries(later.map((metric) => [metric, "not_sampled" as const]));
  return { ...sample, missing: { ...sample.missing, ...missing } };
};

function follow(...samples: GpuSample[]): CarriedSample {
  return samples.reduce<CarriedSample | null>(carryValues, null)!;
}

test("what was not read in this tick has its last value, with the time of its own reading", () => {
  const { sample, carriedFromMs } = follow(
    read(1_000, { utilizationPercent: 10, fanSpeedPercent: 30 }, []),
    read(2_000, { utilizationPercent: 20 }, ["fanSpeedPercent"]),
    read(3_000, { utilizationPercent: 30 }, ["fanSpeedPercent"]),
  );
  expect(sample.values).toMatchObject({ utilizationPercent: 30, fanSpeedPercent: 30 });
  expect(sample.missing.fanSpeedPercent).toBeUndefined();
  expect(carriedFromMs).toEqual({ fanSpeedPercent: 1_000 });
});

test("a null goes on with its reason, and one that was never read stays unread", () => {
  const { sample } = follow(
    { ...read(1_000, {}, []), missing: { fanSpeedPercent: "not_supported" } },
    read(2_000, {}, ["fanSpeedPercent", "xidCode"]),
  );
  expect(sample.values.fanSpeedPercent).toBeNull();
  expect(sample.missing.fanSpeedPercent).toBe("not_supported");
  expect(
    follow(read(1_000, {}, ["xidCode"]), read(2_000, {}, ["xidCode"])).sample.missing.xidCode,
  ).toBe("not_sampled");
});

test("nothing is carried from another source, and a null that was read is not filled", () => {
  const { sample } = follow(
    { ...read(1_000, { fanSpeedPercent: 30, powerWatts: 100 }, []), source: "smi" },
    read(2_000, {}, ["fanSpeedPercent"]),
  );
  expect(sample.values.fanSpeedPercent).toBeNull();
  expect(
    follow(read(1_000, { powerWatts: 100 }, []), read(2_000, {}, [])).sample.values.powerWatts,
  ).toBeNull();
});

test("the sample that was given stays as it is", () => {
  const second = read(2_000, {}, ["fanSpeedPercent"]);
  const before = structuredClone(second);
  follow(read(1_000, { fanSpeedPercent: 30 }, []), second);
  expect(second).toEqual(before);
});
