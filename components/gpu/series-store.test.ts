import { expect, test } from "vitest";
import { emptyReading, type GpuSample, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import { createSeriesStore } from "./series-store";

function sample(recordedAtMs: number, powerWatts: number, gpuUuid = "GPU-0"): GpuSample {
  const reading = emptyReading("not_supported");
  return {
    ...reading,
    ...unknownDeviceFacts,
    host: "test-host",
    gpuUuid,
    gpuIndex: 0,
    gpuName: null,
    recordedAtMs,
    source: "smi",
    values: { ...reading.values, powerWatts },
  };
}

const metrics = ["powerWatts"] as const;
const history = (toMs: number, times: number[]) => ({
  fromMs: 0,
  toMs,
  stepMs: null,
  series: [
    {
      gpuUuid: "GPU-0",
      gpuIndex: 0,
      gpuName: null,
      timesMs: times,
      counts: null,
      mean: { powerWatts: times.map((time) => time / 1_000) },
      min: null,
      max: null,
      sources: times.map(() => "smi" as const),
      knownUntilMs: (times.at(-1) ?? -1) + 1,
    },
  ],
});

test("samples that come while the history is asked are neither lost nor doubled", () => {
  const store = createSeriesStore();
  store.add([sample(4_000, 4)], 0);
  store.add([sample(5_000, 5)], 0);
  store.add([sample(6_000, 6)], 0);
  store.setHistory(history(5_500, [3_000, 4_000, 5_000]), metrics);
  store.add([sample(7_000, 7)], 0);
  const series = store.snapshot().series.get("GPU-0");
  expect(series?.timesMs).toEqual([3_000, 4_000, 5_000, 6_000, 7_000]);
  expect(series?.mean.powerWatts).toEqual([3, 4, 5, 6, 7]);
});

test("a newer history replaces the older in one step, with the live end on it", () => {
  const store = createSeriesStore();
  const seen: (number[] | undefined)[] = [];
  store.subscribe(() => {
    seen.push(store.snapshot().series.get("GPU-0")?.timesMs);
  });
  store.setHistory(history(3_500, [2_000, 3_000]), metrics);
  store.add([sample(4_000, 4)], 0);
  store.setHistory(history(3_900, [1_000, 2_000, 3_000]), metrics);
  expect(seen).toEqual([
    [2_000, 3_000],
    [2_000, 3_000, 4_000],
    [1_000, 2_000, 3_000, 4_000],
  ]);
});

test("a GPU that the history does not know begins with its first sample", () => {
  const store = createSeriesStore();
  store.setHistory(history(1_500, [1_000]), metrics);
  store.add([sample(2_000, 9, "GPU-9")], 0);
  expect(store.snapshot().series.get("GPU-9")?.mean.powerWatts).toEqual([9]);
});

test("a last bucket that goes on after its answer takes the samples that the answer does not hold", () => {
  const store = createSeriesStore();
  const [series] = history(0, []).series;
  if (!series) throw new Error("no series");
  store.add([sample(61_000, 10), sample(62_000, 40)], 0);
  const powerWatts = [20];
  const bucket = {
    ...series,
    timesMs: [60_000],
    counts: [2],
    mean: { powerWatts },
    min: { powerWatts },
    max: { powerWatts },
    sources: ["smi" as const],
    knownUntilMs: 61_001,
  };
  store.setHistory({ fromMs: 0, toMs: 120_000, stepMs: 60_000, series: [bucket] }, metrics);
  store.add([sample(63_000, 60)], 0);
  const shown = store.snapshot().series.get("GPU-0");
  expect(shown?.counts).toEqual([4]);
  expect(shown?.mean.powerWatts).toEqual([35]);
});
