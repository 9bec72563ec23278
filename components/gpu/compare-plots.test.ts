import { expect, test } from "vitest";
import { fleetRows } from "@/domain/fleet/fleet-rows";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { gpuSample } from "@/fixtures/gpu-samples";
import { comparePlots } from "./compare-plots";

const timesMs = [0, 1_000, 2_000, 3_000];
const series = (gpuUuid: string, powerWatts: (number | null)[]): GpuHistorySeries => ({
  gpuUuid,
  gpuIndex: 0,
  gpuName: null,
  timesMs,
  counts: null,
  mean: { powerWatts },
  min: null,
  max: null,
  sources: timesMs.map(() => "smi"),
  knownUntilMs: 3_001,
});
const rows = fleetRows(
  ["atlas", "forge"].map((host) => ({
    stale: false,
    carriedFromMs: {},
    sample: gpuSample({ host, gpuUuid: `GPU-${host}` }),
  })),
);
const compared = {
  rows,
  series: new Map([
    ["GPU-atlas", series("GPU-atlas", [100, 110, 120, 130])],
    ["GPU-forge", series("GPU-forge", [300, 310, 320, 330])],
  ]),
  known: { fromMs: 0, toMs: 4_000, stepMs: null, cadenceMs: 1_000 },
};

test("overlaid: a line each in one plot, told apart by colour and by dash, named by host", () => {
  const power = comparePlots({ ...compared, layout: "overlaid" }).find(
    ({ key }) => key === "powerWatts",
  );
  expect(power?.lines.map(({ label }) => label)).toEqual(["atlas 0", "forge 0"]);
  expect(new Set(power?.lines.map(({ colour }) => colour)).size).toBe(2);
  expect(new Set(power?.lines.map(({ dash }) => String(dash))).size).toBe(2);
});

test("apart: a plot each, all of one value with one scale, so that heights can be compared", () => {
  const power = comparePlots({ ...compared, layout: "apart" }).filter(
    ({ title }) => title === "Power",
  );
  expect(power.map(({ of }) => of)).toEqual(["atlas 0", "forge 0"]);
  const [first, second] = power.map(({ fixedRange }) => fixedRange);
  expect(first).toEqual(second);
  expect(first?.min).toBeLessThanOrEqual(100);
  expect(first?.max).toBeGreaterThanOrEqual(330);
});
