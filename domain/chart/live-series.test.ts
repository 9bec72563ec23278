import { describe, expect, test } from "vitest";
import { emptyReading, type GpuSample, unknownDeviceFacts } from "../gpu/gpu-sample";
import { appendSamples, emptySeries, type LiveTail } from "./live-series";

const gpu = { gpuUuid: "GPU-1", gpuIndex: 0, gpuName: "RTX" };
const metrics = ["powerWatts"] as const;

function sample(recordedAtMs: number, powerWatts: number | null): GpuSample {
  const reading = emptyReading("not_supported");
  return {
    ...gpu,
    ...unknownDeviceFacts,
    host: "test-host",
    ...reading,
    recordedAtMs,
    source: "smi",
    values: { ...reading.values, powerWatts },
  };
}

const tail = (over: Partial<LiveTail>): LiveTail => ({
  stepMs: null,
  metrics,
  windowFromMs: 0,
  ...over,
});

describe("raw samples", () => {
  test("are put at the end; doubles and what the history covers are dropped", () => {
    const start = appendSamples(emptySeries(gpu, tail({})), [sample(1_000, 10)], tail({}));
    const next = appendSamples(
      start,
      [sample(1_000, 99), sample(2_000, 20), sample(2_000, 99), sample(3_000, null)],
      tail({}),
    );
    expect(next.timesMs).toEqual([1_000, 2_000, 3_000]);
    expect(next.mean.powerWatts).toEqual([10, 20, null]);
    const covering = { ...next, knownUntilMs: 4_000 };
    expect(appendSamples(covering, [sample(3_500, 1)], tail({})).timesMs).toEqual([
      1_000, 2_000, 3_000,
    ]);
  });

  test("a sample that comes late takes its place in time", () => {
    const series = emptySeries(gpu, tail({}));
    const next = appendSamples(series, [sample(3_000, 3), sample(1_000, 1)], tail({}));
    expect(next.timesMs).toEqual([1_000, 3_000]);
    expect(next.mean.powerWatts).toEqual([1, 3]);
  });

  test("what leaves the window is dropped and the given series stays as it is", () => {
    const start = appendSamples(
      emptySeries(gpu, tail({})),
      [sample(1_000, 1), sample(2_000, 2), sample(3_000, 3)],
      tail({}),
    );
    const next = appendSamples(start, [sample(4_000, 4)], tail({ windowFromMs: 2_500 }));
    expect(next.timesMs).toEqual([3_000, 4_000]);
    expect(start.timesMs).toEqual([1_000, 2_000, 3_000]);
  });
});

describe("buckets", () => {
  const bucketed = tail({ stepMs: 10_000 });

  test("take the sample into count, mean, least and most; empty ones hold nulls", () => {
    const next = appendSamples(
      emptySeries(gpu, bucketed),
      [sample(1_000, 10), sample(2_000, 30), sample(35_000, 7)],
      bucketed,
    );
    expect(next.timesMs).toEqual([0, 10_000, 20_000, 30_000]);
    expect(next.counts).toEqual([2, 0, 0, 1]);
    expect(next.mean.powerWatts).toEqual([20, null, null, 7]);
    expect(next.min?.powerWatts).toEqual([10, null, null, 7]);
    expect(next.max?.powerWatts).toEqual([30, null, null, 7]);
    expect(next.sources).toEqual(["smi", null, null, "smi"]);
  });

  test("a null counts as a sample and changes no value", () => {
    const next = appendSamples(
      emptySeries(gpu, bucketed),
      [sample(1_000, null), sample(2_000, 4)],
      bucketed,
    );
    expect(next.counts).toEqual([2]);
    expect(next.mean.powerWatts).toEqual([4]);
  });
});
