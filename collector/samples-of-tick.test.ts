import { expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { emptyReading, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import { samplesOfTick } from "./samples-of-tick";

const tick = { source: "dcgm", hostName: "here", recordedAtMs: 5 } as const;

function reading(
  changed: Partial<GpuReading>,
  values: Partial<GpuReading["values"]> = {},
): GpuReading {
  const empty = emptyReading("not_offered");
  const missing = { ...empty.missing };
  for (const key of Object.keys(values)) Reflect.deleteProperty(missing, key);
  return {
    gpuUuid: "GPU-1",
    gpuIndex: 0,
    gpuName: null,
    ...unknownDeviceFacts,
    values: { ...empty.values, ...values },
    missing,
    ...changed,
  };
}

test("the host of a reading wins over that of the machine, and each sample has time and source", () => {
  const { samples } = samplesOfTick([reading({}), reading({ host: "there" })], tick);
  expect(samples.map(({ host, source, recordedAtMs }) => [host, source, recordedAtMs])).toEqual([
    ["here", "dcgm", 5],
    ["there", "dcgm", 5],
  ]);
});

test("what is impossible is null and listed with the value as the source gave it", () => {
  const odd = reading(
    { setAside: { energyJoules: "9223372036854775794" } },
    { utilizationPercent: 4_294_967_295, powerWatts: Number.NaN, smClockMhz: 1_000 },
  );
  odd.missing.energyJoules = "impossible_value";
  const { samples, quarantined } = samplesOfTick([odd], tick);
  expect(samples[0]!.values).toMatchObject({
    utilizationPercent: null,
    powerWatts: null,
    smClockMhz: 1_000,
  });
  expect(samples[0]).not.toHaveProperty("setAside");
  expect(quarantined.map(({ metric, rawValue }) => [metric, rawValue])).toEqual([
    ["utilizationPercent", "4294967295"],
    ["powerWatts", "NaN"],
    ["energyJoules", "9223372036854775794"],
  ]);
  expect(quarantined[0]).toMatchObject({ gpuUuid: "GPU-1", source: "dcgm", recordedAtMs: 5 });
});

test("a tick of 300 broken GPUs is bounded", () => {
  const broken = Array.from({ length: 300 }, () => reading({}, { utilizationPercent: 300 }));
  const { samples, quarantined } = samplesOfTick(broken, tick);
  expect(samples).toHaveLength(256);
  expect(quarantined).toHaveLength(64);
});
