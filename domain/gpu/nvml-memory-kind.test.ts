import { expect, test } from "vitest";
import { emptyReading } from "./gpu-sample";
import { nvmlMemoryKind, withMemoryKind } from "./nvml-memory-kind";

const GIB = 2 ** 30;

test.each<[string | null, number | null, boolean, string | null]>([
  ["NVIDIA GB10", null, false, "unified"],
  ["NVIDIA GB10", 0, true, "unified"],
  ["NVIDIA GB10", 119 * GIB, true, "unified"], // some drivers give the machine's memory
  ["Orin (nvgpu)", null, false, "unified"],
  ["NVIDIA Thor", null, false, "unified"],
  ["NVIDIA GH200 480GB", 96 * GIB, true, "dedicated"],
  ["NVIDIA H100 80GB HBM3", 80 * GIB, false, "dedicated"],
  ["NVIDIA Something New", null, true, "unified"],
  ["NVIDIA H100 80GB HBM3", null, false, null],
  ["NVIDIA TITAN Thorough", 12 * GIB, false, "dedicated"],
  [null, null, false, null],
])(
  "%s with %s bytes, host page tables %s: %s",
  (...[gpuName, totalBytes, usesHostPageTables, kind]) => {
    expect(nvmlMemoryKind({ gpuName, totalBytes, usesHostPageTables })).toBe(kind);
  },
);

test("what a GPU with the host's memory says of its own is null, never 0", () => {
  const { values, missing } = emptyReading("not_offered");
  const reading = { values: { ...values, memoryUsedMib: 0, memoryTotalMib: 0 }, missing };
  expect(withMemoryKind(reading, "NVIDIA GB10")).toMatchObject({
    memoryKind: "unified",
    values: { memoryUsedMib: null, memoryTotalMib: null },
    missing: { memoryUsedMib: "not_supported", memoryTotalMib: "not_supported" },
  });
  expect(withMemoryKind(reading, "NVIDIA H100")).toEqual({ ...reading, memoryKind: null });
});
