import { expect, test } from "vitest";
import { fleetRows } from "@/domain/fleet/fleet-rows";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { emptyReading, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import { fleetPointsCsv, heatColumns, laneColumns } from "./fleet-points";

const gpu = (gpuIndex: number) => ({
  stale: false,
  carriedFromMs: {},
  sample: {
    ...emptyReading("not_supported"),
    ...unknownDeviceFacts,
    host: "test-host",
    gpuUuid: `GPU-${gpuIndex}`,
    gpuIndex,
    gpuName: "RTX",
    recordedAtMs: 0,
    source: "smi" as const,
  },
});

const series = (gpuUuid: string, over: Partial<GpuHistorySeries>): GpuHistorySeries => ({
  gpuUuid,
  gpuIndex: 0,
  gpuName: "RTX",
  timesMs: [0, 10_000],
  counts: [10, 10],
  mean: {},
  min: {},
  max: {},
  sources: ["smi", "smi"],
  knownUntilMs: 0,
  ...over,
});

const rows = fleetRows([gpu(0), gpu(1)]);
const known = new Map([
  ["GPU-0", series("GPU-0", { mean: { powerWatts: [0, 80] }, max: { powerWatts: [5, 90] } })],
  ["GPU-1", series("GPU-1", { timesMs: [10_000], mean: { powerWatts: [60] } })],
]);

test("the download has every lane of every GPU, 0 as 0 and a missing value as nothing", () => {
  const { header, rows: lines } = fleetPointsCsv(laneColumns(rows, known));
  expect(header.slice(-2).map((head) => head.slice(0, 5))).toEqual(["GPU 0", "GPU 1"]);
  expect(lines.map((row) => [row[0], ...row.slice(-2)])).toEqual([
    ["1970-01-01T00:00:00.000Z", 0, null],
    ["1970-01-01T00:00:10.000Z", 80, 60],
  ]);
});

test("the heat map's table has the most of each bucket, as its cells do", () => {
  const [first] = heatColumns(rows, known, "power");
  expect(first).toMatchObject({ head: "GPU 0 Power W", values: [5, 90] });
});
