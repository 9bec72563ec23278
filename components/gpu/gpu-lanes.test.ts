import { expect, test } from "vitest";
import { plotData } from "@/components/charts/plot-data";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import { usualThresholds } from "@/domain/units/format-memory";
import { gpuLanes } from "./gpu-lanes";

const SECONDS = 60;
const timesMs = Array.from({ length: SECONDS }, (_, second) => second * 1_000);

function raw(source: GpuSource, mean: GpuHistorySeries["mean"]): GpuHistorySeries {
  return {
    gpuUuid: "GPU-0",
    gpuIndex: 0,
    gpuName: "RTX",
    timesMs,
    counts: null,
    mean,
    min: null,
    max: null,
    sources: timesMs.map(() => source),
    knownUntilMs: 0,
  };
}

const known = { fromMs: 0, toMs: 60_000, stepMs: null, cadenceMs: 1_000 };
const grid = { fromMs: 0, toMs: 60_000, columns: 600 };
const lanesOf = (series: GpuHistorySeries) =>
  gpuLanes(series, { gpu: null, known, thresholds: usualThresholds });
const every = (seconds: number, without: readonly number[] = []) =>
  timesMs.map((_, second) => (second % seconds === 0 && !without.includes(second) ? 60 : null));
const laneOf = (series: GpuHistorySeries, title: string) =>
  lanesOf(series).find((lane) => lane.title === title);

test("NVML reads a temperature each 5 s: one line from reading to reading, no gap", () => {
  const lane = laneOf(raw("nvml", { temperatureCelsius: every(5) }), "Temperature");
  expect(lane?.missing.temperatureCelsius).toEqual([]);
  const [times, values] = plotData(lane?.lines ?? [], () => [], grid);
  expect(times).toHaveLength(12);
  expect(values).not.toContain(null);
});

test("a gap is drawn beyond 2.5 of its beats, and the line breaks there", () => {
  const lane = laneOf(raw("nvml", { temperatureCelsius: every(5, [25, 30]) }), "Temperature");
  expect(lane?.missing.temperatureCelsius).toEqual([
    { fromMs: 20_000, toMs: 35_000, reason: "no-value" },
  ]);
  const [, values] = plotData(lane?.lines ?? [], ({ key }) => lane?.missing[key] ?? [], grid);
  expect(values).toContain(null);
});

test("nvidia-smi gives it with each poll: the same readings are then full of gaps", () => {
  const lane = laneOf(raw("smi", { temperatureCelsius: every(5) }), "Temperature");
  expect(lane?.missing.temperatureCelsius?.length).toBeGreaterThan(5);
});

test("but it reads a MIG instance once a minute: no gap in between, and the cursor finds the value", () => {
  const series = { ...raw("smi", { memoryUsedMib: every(30) }), gpuUuid: "MIG-0" };
  const lane = laneOf(series, "VRAM");
  expect(lane?.missing.memoryUsedMib).toEqual([]);
  expect(lane?.lines[0]?.reachMs).toBe(90_000);
});

test("the cursor finds a slow value between two readings", () => {
  const lane = laneOf(raw("nvml", { temperatureCelsius: every(5) }), "Temperature");
  expect(lane?.lines[0]?.reachMs).toBe(7_500);
});

test("thresholds of the memory are those that are set", () => {
  const memory = timesMs.map(() => 1_000);
  const series = raw("nvml", { memoryUsedMib: memory, memoryTotalMib: memory });
  const thresholds = { warningPercent: 70, criticalPercent: 90 };
  const lane = gpuLanes(series, { gpu: null, known, thresholds }).find(
    ({ title }) => title === "VRAM",
  );
  expect(lane?.thresholds.map(({ value, label }) => [value, label])).toEqual([
    [700, "70 %"],
    [900, "90 %"],
  ]);
});
