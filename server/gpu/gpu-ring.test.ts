import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historyStepsMs } from "@/domain/gpu/history-step";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { anyPoints, expectSameBuckets, plainBuckets } from "@/fixtures/plain-buckets";
import { GpuRing } from "./gpu-ring";
import { ringHistory } from "./ring-history";

const NOON = Date.UTC(2026, 4, 1, 12);
const HOUR_MS = 3_600_000;

function ringAt(
  nowMs: number,
  more: { historyMs?: number; maxGpus?: number; maxBytes?: number } = {},
) {
  const clock = { nowMs };
  const ring = new GpuRing({ historyMs: HOUR_MS, nowMs: () => clock.nowMs, ...more });
  return { ring, clock };
}

const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const timesOf = (ring: GpuRing, uuid: string, range = all) =>
  ring.places(uuid, range).map((place) => place.timeMs);

describe("GpuRing", () => {
  test("newest sample of each GPU, by index", () => {
    const { ring } = ringAt(NOON + 5_000);
    const samples = gpuSampleSeries({ gpus: 3, count: 5, fromMs: NOON, everyMs: 1_000 });
    for (const sample of samples.toReversed()) expect(ring.push(sample)).toBe(true);
    expect(ring.newest().map(({ sample }) => sample)).toEqual(samples.slice(-3));
  });

  test("keeps exactly the time asked for, and a GPU as long as it has a sample in it", () => {
    const { ring, clock } = ringAt(NOON, { historyMs: 60_000 });
    for (const sample of gpuSampleSeries({ gpus: 1, count: 600, fromMs: NOON, everyMs: 1_000 })) {
      clock.nowMs = sample.recordedAtMs;
      ring.push(sample);
    }
    const times = timesOf(ring, "GPU-0");
    expect(times).toHaveLength(61);
    expect(times[0]).toBe(clock.nowMs - 60_000);
    clock.nowMs += 60_001;
    expect(ring.newest()).toEqual([]);
    expect(ring.bytes).toBe(0);
  });

  test("8 GPUs polled five times a second for an hour, every value there, fit into 27 MB", () => {
    const { ring, clock } = ringAt(NOON);
    const samples = gpuSampleSeries({ gpus: 8, count: 1, fromMs: NOON, everyMs: 1 });
    for (let i = 0; i < 5 * 3_600 + 1_000; i++) {
      clock.nowMs = NOON + i * 200;
      for (const sample of samples) ring.push({ ...sample, recordedAtMs: clock.nowMs });
    }
    expect(timesOf(ring, "GPU-0")).toHaveLength(18_001);
    expect(ring.bytes).toBeLessThan(27_000_000);
  });

  test("past its bytes the oldest samples go, of the GPU that has most", () => {
    const { ring, clock } = ringAt(NOON, { historyMs: 24 * HOUR_MS, maxBytes: 400_000 });
    for (const sample of gpuSampleSeries({ gpus: 1, count: 5_000, fromMs: NOON, everyMs: 1_000 })) {
      clock.nowMs = sample.recordedAtMs;
      ring.push(sample);
    }
    const last = gpuSample({ gpuUuid: "other", recordedAtMs: clock.nowMs });
    ring.push(last);
    expect(ring.bytes).toBeLessThanOrEqual(440_000);
    expect(timesOf(ring, "GPU-0").at(-1)).toBe(clock.nowMs);
    expect(timesOf(ring, "other")).toEqual([clock.nowMs]);
  });

  test("1,024 GPUs are kept within 64 MiB and a chunk: history gets short, no GPU is refused", () => {
    const { ring, clock } = ringAt(NOON);
    const samples = gpuSampleSeries({ gpus: 1_024, count: 1, fromMs: NOON, everyMs: 1 });
    let refused = 0;
    for (let i = 0; i < 260; i++) {
      clock.nowMs = NOON + i * 1_000;
      for (const sample of samples)
        if (!ring.push({ ...sample, recordedAtMs: clock.nowMs })) refused += 1;
    }
    expect(refused).toBe(0);
    expect(ring.newest()).toHaveLength(1_024);
    expect(ring.bytes).toBeLessThan(65 * 1024 * 1024);
    expect(timesOf(ring, "GPU-1023").at(-1)).toBe(clock.nowMs);
  });

  test("a new GPU takes the place of one that is silent", () => {
    const { ring, clock } = ringAt(NOON, { maxGpus: 2 });
    const push = (gpuUuid: string) => ring.push(gpuSample({ gpuUuid, recordedAtMs: clock.nowMs }));
    push("silent");
    clock.nowMs += 150_000;
    expect([push("a"), push("b"), push("c")]).toEqual([true, true, false]);
    expect(ring.newest().map(({ sample }) => sample.gpuUuid)).toEqual(["a", "b"]);
  });

  test("one GPU more than are kept is refused until another has left", () => {
    const { ring, clock } = ringAt(NOON, { maxGpus: 2 });
    const push = (gpuUuid: string) => ring.push(gpuSample({ gpuUuid, recordedAtMs: clock.nowMs }));
    expect([push("a"), push("b"), push("c")]).toEqual([true, true, false]);
    clock.nowMs += HOUR_MS + 1;
    expect(push("c")).toBe(true);
  });

  test("a late sample belongs to history and does not become the newest", () => {
    const { ring } = ringAt(NOON + 10_000);
    ring.push(gpuSample({ gpuUuid: "a", recordedAtMs: NOON + 5_000 }));
    ring.push(gpuSample({ gpuUuid: "a", recordedAtMs: NOON }));
    expect(ring.newestOf("a")?.recordedAtMs).toBe(NOON + 5_000);
    expect(timesOf(ring, "a")).toEqual([NOON, NOON + 5_000]);
  });

  test("after the clock was set back an hour the new samples are the newest, and no bucket is doubled", () => {
    const { ring, clock } = ringAt(NOON);
    const push = (recordedAtMs: number, utilizationPercent: number) => {
      clock.nowMs = recordedAtMs;
      ring.push(gpuSample({ gpuUuid: "a", recordedAtMs, values: { utilizationPercent } }));
    };
    for (let second = 0; second < 10; second++) push(NOON + second * 1_000, 10);
    for (let second = 0; second < 10; second++) push(NOON - 5_000 + second * 1_000, 90);
    expect(ring.newestOf("a")).toMatchObject({ recordedAtMs: NOON + 4_000 });
    const times = timesOf(ring, "a");
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times).toHaveLength(15);
  });

  test("samples of before a step back do not keep those after it beyond their time", () => {
    const { ring, clock } = ringAt(NOON, { historyMs: 60_000 });
    const push = (recordedAtMs: number) => {
      clock.nowMs = recordedAtMs;
      ring.push(gpuSample({ gpuUuid: "a", recordedAtMs }));
    };
    for (let second = 0; second < 256; second++) push(NOON + second * 1_000);
    const ofOneChunk = ring.bytes;
    for (let second = 0; second < 1_024; second++) push(NOON - HOUR_MS + second * 1_000);
    expect(ring.bytes).toBeLessThan(3.5 * ofOneChunk);
  });

  test("a forward step of the clock leaves a gap, not an error", () => {
    const { ring, clock } = ringAt(NOON);
    ring.push(gpuSample({ gpuUuid: "a", recordedAtMs: NOON }));
    clock.nowMs += 30 * 60_000;
    ring.push(gpuSample({ gpuUuid: "a", recordedAtMs: clock.nowMs }));
    expect(timesOf(ring, "a")).toEqual([NOON, clock.nowMs]);
  });
});

describe("ringHistory", () => {
  test("buckets equal a plain computation for any samples and step", () => {
    const anyCase = fc.record({
      points: anyPoints(NOON, NOON + HOUR_MS),
      stepMs: fc.constantFrom(...historyStepsMs),
      fromMs: fc.integer({ min: NOON, max: NOON + HOUR_MS / 2 }),
    });
    fc.assert(
      fc.property(anyCase, ({ points, stepMs, fromMs }) => {
        const { ring } = ringAt(NOON + HOUR_MS, { historyMs: 3 * HOUR_MS });
        const samples = points.map(({ recordedAtMs, utilizationPercent, source }) =>
          gpuSample({ gpuUuid: "a", recordedAtMs, source, values: { utilizationPercent } }),
        );
        for (const sample of samples) ring.push(sample);
        const toMs = fromMs + HOUR_MS / 2;
        const metric = "utilizationPercent";
        const query = { gpuUuids: ["a"], metrics: [metric as typeof metric], fromMs, toMs, stepMs };
        const { series } = ringHistory(ring, query);
        expectSameBuckets(series[0], plainBuckets({ samples, metric, fromMs, toMs, stepMs }));
      }),
    );
  });

  test("the mean of a bucket weighs each of its samples alike", () => {
    const { ring } = ringAt(NOON + 60_000);
    for (const [i, utilizationPercent] of [10, 20, null, 60, 90].entries())
      ring.push(
        gpuSample({ gpuUuid: "a", recordedAtMs: NOON + i * 1_000, values: { utilizationPercent } }),
      );
    const { series } = ringHistory(ring, {
      gpuUuids: ["a"],
      metrics: ["utilizationPercent"],
      fromMs: NOON,
      toMs: NOON + 10_000,
      stepMs: 10_000,
    });
    expect(series[0]?.mean.utilizationPercent).toEqual([45]);
    expect(series[0]?.counts).toEqual([5]);
  });

  test("a bucket of throttle reasons holds the bits of all its samples, never their mean", () => {
    const { ring } = ringAt(NOON + 60_000);
    for (const [i, throttleReasons] of [4, 64, 68].entries())
      ring.push(
        gpuSample({ gpuUuid: "a", recordedAtMs: NOON + i * 1_000, values: { throttleReasons } }),
      );
    const { series } = ringHistory(ring, {
      gpuUuids: ["a"],
      metrics: ["throttleReasons"],
      fromMs: NOON,
      toMs: NOON + 10_000,
      stepMs: 10_000,
    });
    expect(series[0]?.mean.throttleReasons).toEqual([68]);
    expect(series[0]?.min?.throttleReasons).toEqual([0]);
    expect(series[0]?.max?.throttleReasons).toEqual([68]);
  });

  test("raw holds the samples of the range, and an unknown GPU is an empty series", () => {
    const { ring } = ringAt(NOON + 60_000);
    const samples = gpuSampleSeries({ gpus: 1, count: 10, fromMs: NOON, everyMs: 1_000 });
    for (const sample of samples) ring.push(sample);
    const { series, truncated } = ringHistory(ring, {
      gpuUuids: ["GPU-0", "nobody"],
      metrics: ["powerWatts"],
      fromMs: NOON + 2_000,
      toMs: NOON + 5_000,
      stepMs: null,
    });
    expect(truncated).toBe(false);
    expect(series[0]).toMatchObject({
      gpuIndex: 0,
      timesMs: [NOON + 2_000, NOON + 3_000, NOON + 4_000],
      mean: { powerWatts: samples.slice(2, 5).map((sample) => sample.values.powerWatts) },
      min: null,
    });
    expect(series[1]).toMatchObject({ gpuUuid: "nobody", gpuIndex: null, timesMs: [] });
  });
});
