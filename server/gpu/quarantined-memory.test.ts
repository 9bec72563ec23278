import { expect, test } from "vitest";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { QuarantinedMemory } from "./quarantined-memory";

function value(at: number, more: Partial<QuarantinedValue> = {}): QuarantinedValue {
  return {
    gpuUuid: "GPU-1",
    metric: "utilizationPercent",
    source: "nvml",
    recordedAtMs: at,
    rawValue: "255",
    ...more,
  };
}

test("the newest 200, and counts of all", () => {
  const memory = new QuarantinedMemory();
  for (let at = 0; at < 300; at++) memory.accept([value(at)]);
  memory.accept([value(300, { gpuUuid: "GPU-2" }), value(300, { metric: "powerWatts" })]);
  const { values, counts } = memory.list();
  expect(values).toHaveLength(200);
  expect([values[0]?.metric, values[1]?.gpuUuid, values[2]?.recordedAtMs]).toEqual([
    "powerWatts",
    "GPU-2",
    299,
  ]);
  expect(counts).toEqual([
    { gpuUuid: "GPU-1", metric: "utilizationPercent", count: 300 },
    { gpuUuid: "GPU-2", metric: "utilizationPercent", count: 1 },
    { gpuUuid: "GPU-1", metric: "powerWatts", count: 1 },
  ]);
});

test("a source that invents GPUs does not fill the memory", () => {
  const memory = new QuarantinedMemory();
  for (let i = 0; i < 10_000; i++) memory.accept([value(i, { gpuUuid: `GPU-${i}` })]);
  expect(memory.list().counts).toHaveLength(4_096);
});
