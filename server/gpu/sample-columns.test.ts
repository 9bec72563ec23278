import { describe, expect, test } from "vitest";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { SampleColumns } from "./sample-columns";

const NOON = Date.UTC(2026, 4, 1, 12);

describe("SampleColumns", () => {
  test("gives back what was put in", () => {
    const samples = [
      ...gpuSampleSeries({ gpus: 3, count: 20, fromMs: NOON, everyMs: 200 }),
      gpuSample({ gpuName: null, source: "health", values: { utilizationPercent: 0 } }),
      gpuSample({
        gpuUuid: "__proto__",
        values: { powerWatts: 0.1, pcieReplayCounter: 2 ** 31 - 1 },
      }),
      gpuSample(),
    ];
    expect(SampleColumns.from(samples).samples()).toEqual(samples);
  });

  test("keeps what repeats once", () => {
    const columns = SampleColumns.from(
      gpuSampleSeries({ gpus: 2, count: 50, fromMs: NOON, everyMs: 1_000 }),
    );
    expect(columns.headers).toHaveLength(2);
  });

  test("stays far below an object a sample", () => {
    const columns = SampleColumns.from(
      gpuSampleSeries({ gpus: 1, count: 1_000, fromMs: NOON, everyMs: 1_000 }),
    );
    expect((columns.bytes - 4_096) / 1_000).toBeLessThanOrEqual(166);
  });

  test("a metric that is null throughout takes nothing", () => {
    const one = SampleColumns.from([gpuSample({ values: { powerWatts: 1 } })]);
    const none = SampleColumns.from([gpuSample()]);
    expect(one.bytes - none.bytes).toBe(8);
  });

  test("refuses one sample more than it has room for, and the place of one that is not there", () => {
    const columns = SampleColumns.from([gpuSample()]);
    expect(columns.isFull).toBe(true);
    expect(() => columns.append(gpuSample())).toThrow(RangeError);
    expect(() => columns.sample(1)).toThrow(RangeError);
  });

  test("holds nothing of before after clear", () => {
    const columns = SampleColumns.from([gpuSample({ gpuUuid: "old", values: { powerWatts: 5 } })]);
    columns.clear();
    expect(columns.length).toBe(0);
    expect(() => columns.sample(0)).toThrow(RangeError);
    const next = gpuSample({ gpuUuid: "new", values: { utilizationPercent: 1 } });
    columns.append(next);
    expect(columns.samples()).toEqual([next]);
    expect(columns.headers).toHaveLength(1);
  });
});
