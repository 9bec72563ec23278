import { describe, expect, test, vi } from "vitest";
import type { GpuHistoryQuery } from "@/domain/gpu/gpu-history";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createDatabaseGuard } from "./database-guard";
import { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import { readHistory } from "./read-history";

const NOON = Date.UTC(2026, 4, 1, 12);

const query: GpuHistoryQuery = {
  gpuUuids: ["GPU-0"],
  metrics: ["utilizationPercent"],
  fromMs: NOON,
  toMs: NOON + 60_000,
  stepMs: 10_000,
};

function contextWith(readHistoryOfStore: GpuStore["readHistory"], limitMs = 2_000) {
  const ring = new GpuRing({ historyMs: 3_600_000, nowMs: () => NOON + 60_000 });
  const store = fakeGpuStore({ readHistory: readHistoryOfStore });
  return { ring, store, guard: createDatabaseGuard({ limitMs }), pollIntervalMs: 1_000 };
}

const storedSeries = (source: "smi" | "simulated") => ({
  gpuUuid: "GPU-0",
  gpuIndex: 0,
  gpuName: "Test GPU",
  timesMs: [NOON],
  counts: [1],
  mean: { utilizationPercent: [1] },
  min: { utilizationPercent: [1] },
  max: { utilizationPercent: [1] },
  sources: [source],
  knownUntilMs: NOON + 1,
});

describe("readHistory", () => {
  test("answers what the database holds", async () => {
    const ctx = contextWith(async () => ({ series: [storedSeries("smi")], truncated: false }));
    expect(await readHistory(ctx, query)).toEqual({
      fromMs: NOON,
      toMs: NOON + 60_000,
      stepMs: 10_000,
      pollIntervalMs: 1_000,
      simulated: false,
      stale: false,
      truncated: false,
      series: [storedSeries("smi")],
    });
  });

  test("says when any point is simulated", async () => {
    const ctx = contextWith(async () => ({ series: [storedSeries("simulated")], truncated: true }));
    expect(await readHistory(ctx, query)).toMatchObject({ simulated: true, truncated: true });
  });

  test("asks for each GPU and metric once", async () => {
    const read = vi.fn<GpuStore["readHistory"]>(async () => ({ series: [], truncated: false }));
    await readHistory(contextWith(read), {
      ...query,
      gpuUuids: ["a", "b", "a"],
      metrics: ["powerWatts", "powerWatts"],
    });
    expect(read).toHaveBeenCalledWith({ ...query, gpuUuids: ["a", "b"], metrics: ["powerWatts"] });
  });

  test("maxPoints: the server chooses the smallest step that fits, never finer than the poll", async () => {
    const read = vi.fn<GpuStore["readHistory"]>(async () => ({ series: [], truncated: false }));
    const ctx = contextWith(read);
    const { stepMs: _, ...open } = query;
    const ask = async (maxPoints: number, lengthMs: number, more: Partial<GpuHistoryQuery> = {}) =>
      (await readHistory(ctx, { ...open, ...more, toMs: NOON + lengthMs, maxPoints })).stepMs;
    const DAY_MS = 86_400_000;
    expect(await ask(100, 60_000)).toBe(1_000);
    expect(await ask(300, DAY_MS)).toBe(300_000);
    expect(await ask(11_000, 400 * DAY_MS)).toBe(3_600_000);
    expect(await ask(1, 400 * DAY_MS)).toBe(DAY_MS);
    // 9,600 hours of 64 GPUs would be more than a million numbers.
    const gpuUuids = Array.from({ length: 64 }, (_one, i) => `GPU-${i}`);
    expect(await ask(11_000, 400 * DAY_MS, { gpuUuids })).toBe(21_600_000);
    expect(read).toHaveBeenCalledTimes(5);
  });

  test("a range that does not begin with a bucket is widened, and the answer says so", async () => {
    const ctx = contextWith(async () => ({ series: [], truncated: false }));
    const moved = { ...query, fromMs: NOON + 1, toMs: NOON + 50_001 };
    expect(await readHistory(ctx, moved)).toMatchObject({ fromMs: NOON, toMs: NOON + 60_000 });
    expect(await readHistory(ctx, { ...moved, stepMs: null })).toMatchObject({
      fromMs: NOON + 1,
      toMs: NOON + 50_001,
    });
  });

  test("comes from memory, and says stale, when the database fails", async () => {
    const ctx = contextWith(() => Promise.reject(new Error("away")));
    for (const sample of gpuSampleSeries({ gpus: 1, count: 6, fromMs: NOON, everyMs: 10_000 }))
      ctx.ring.push(sample);
    const history = await readHistory(ctx, query);
    expect(history).toMatchObject({ stale: true, series: [{ counts: [1, 1, 1, 1, 1, 1] }] });
  });

  test("comes from memory when the database does not answer in time", async () => {
    const ctx = contextWith(() => new Promise(() => undefined), 20);
    ctx.ring.push(gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON }));
    expect(await readHistory(ctx, query)).toMatchObject({ stale: true });
  });

  test("is UNAVAILABLE when memory holds nothing of the range either", async () => {
    const ctx = contextWith(() => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.5:5432")));
    ctx.ring.push(gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + 60_000 }));
    const failure = readHistory(ctx, query);
    await expect(failure).rejects.toMatchObject({ name: "AppError", code: "UNAVAILABLE" });
    await expect(failure).rejects.not.toThrow(/10\.0\.0\.5|ECONN/);
  });

  test("an answer of more than a million numbers is refused before the database is asked", async () => {
    const read = vi.fn<GpuStore["readHistory"]>();
    const gpuUuids = Array.from({ length: 16 }, (_, i) => `GPU-${i}`);
    const huge: GpuHistoryQuery = {
      ...query,
      gpuUuids,
      metrics: ["powerWatts", "smClockMhz", "fanSpeedPercent"],
      toMs: NOON + 11_000_000,
      stepMs: 1_000,
    };
    await expect(readHistory(contextWith(read), huge)).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect(read).not.toHaveBeenCalled();
  });
});
