import { describe, expect, test } from "vitest";
import type { LatestGpu } from "../gpu/gpu-fleet";
import { emptyReading, type GpuSample, unknownDeviceFacts } from "../gpu/gpu-sample";
import { filterRows } from "./filter-rows";
import { fleetHosts } from "./fleet-hosts";
import { compareGpus, fleetRows, wholeGpus } from "./fleet-rows";
import { fleetTotals } from "./fleet-totals";

function gpu(gpuUuid: string, over: Partial<GpuSample> = {}, stale = false): LatestGpu {
  const reading = emptyReading("not_supported");
  const values = { ...reading.values, memoryUsedMib: 100, memoryTotalMib: 1_000 };
  const sample: GpuSample = {
    ...reading,
    ...unknownDeviceFacts,
    host: "atlas",
    gpuUuid,
    gpuIndex: 0,
    gpuName: "NVIDIA H100",
    recordedAtMs: 1_000,
    source: "nvml",
    ...over,
    values,
  };
  return { sample, stale, carriedFromMs: {} };
}

const split = [
  gpu("GPU-a"),
  gpu("GPU-b", { gpuIndex: 1 }),
  gpu("MIG-1", { gpuIndex: 1, parentUuid: "GPU-b", migProfile: "1g.10gb" }),
  gpu("MIG-2", { gpuIndex: 1, parentUuid: "GPU-b", migProfile: "2g.20gb" }),
];

describe("fleetRows", () => {
  test("one host needs no name; instances follow their GPU and are counted from 0", () => {
    expect(fleetRows(split).map(({ label, name }) => [label, name])).toEqual([
      ["GPU 0", "GPU 0"],
      ["GPU 1", "GPU 1"],
      ["MIG 0", "GPU 1, MIG 0"],
      ["MIG 1", "GPU 1, MIG 1"],
    ]);
    expect(fleetRows(split)[1]?.instanceCount).toBe(2);
  });

  test("of several hosts each GPU has the name of its own", () => {
    const rows = fleetRows([...split, gpu("GPU-c", { host: "edge-02" })]);
    expect(rows.map(({ name }) => name)).toEqual([
      "atlas 0",
      "atlas 1",
      "atlas 1, MIG 0",
      "atlas 1, MIG 1",
      "edge-02 0",
    ]);
  });

  test("an instance whose GPU does not report is listed for itself", () => {
    const rows = fleetRows([gpu("MIG-1", { parentUuid: "GPU-gone" })]);
    expect(rows).toMatchObject([{ label: "GPU 0, MIG", parentUuid: null }]);
    expect(wholeGpus(rows.map((row) => row.gpu))).toHaveLength(1);
  });
});

test("sums count the memory of a split GPU once", () => {
  expect(fleetTotals(split)).toMatchObject({ gpuCount: 2, memoryUsedMib: 200 });
});

test("GPUs that a tick brings in any order come by host, index, and the GPU before its instances", () => {
  const mixed = [split[3], split[2], gpu("GPU-c", { host: "edge-02" }), split[1], split[0]];
  const known = mixed.filter((one) => one !== undefined);
  known.sort(compareGpus(["edge-02", "atlas"]));
  expect(known.map(({ sample }) => sample.gpuUuid)).toEqual([
    "GPU-c",
    "GPU-a",
    "GPU-b",
    "MIG-1",
    "MIG-2",
  ]);
});

test("a host is lost when none of its GPUs reports, since the newest of their samples", () => {
  const hosts = fleetHosts([
    gpu("GPU-a"),
    gpu("GPU-b", { gpuIndex: 1 }, true),
    gpu("GPU-c", { host: "edge-02", recordedAtMs: 500 }, true),
    gpu("GPU-d", { host: "edge-02", recordedAtMs: 700, gpuIndex: 1 }, true),
  ]);
  expect(hosts).toEqual([
    { host: "atlas", gpuCount: 2, staleCount: 1, lostSinceMs: null },
    { host: "edge-02", gpuCount: 2, staleCount: 2, lostSinceMs: 700 },
  ]);
});

describe("filterRows", () => {
  const rows = fleetRows([...split, gpu("GPU-c", { host: "edge-02", source: "smi" }, true)]);
  const found = (text: string) =>
    filterRows(rows, text, ({ gpu: one }) =>
      one.sample.gpuUuid === "GPU-a" ? "warning" : null,
    ).map(({ gpu: one }) => one.sample.gpuUuid);

  test("each word must be found, in any order and case", () => {
    expect(found("STALE edge")).toEqual(["GPU-c"]);
    expect(found("nvidia-smi")).toEqual(["GPU-c"]);
    expect(found("warning")).toEqual(["GPU-a"]);
    expect(found("no such thing")).toEqual([]);
    expect(found("  ")).toHaveLength(5);
  });

  test("an instance brings its GPU, a GPU its instances", () => {
    expect(found("2g.20gb")).toEqual(["GPU-b", "MIG-2"]);
    expect(found("GPU-b")).toEqual(["GPU-b", "MIG-1", "MIG-2"]);
  });
});
