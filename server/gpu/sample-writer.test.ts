import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import type { SampleColumns } from "./sample-columns";
import { SampleWriter } from "./sample-writer";
import { UnstorableSamplesError } from "./store-error";

const NOON = Date.UTC(2026, 4, 1, 12);
const series = (count: number, fromMs = NOON) =>
  gpuSampleSeries({ gpus: 1, count, fromMs, everyMs: 1_000 });

/** A store whose database is away until it is switched on. */
function storeThatIsAway() {
  const database = { isAway: true, statements: 0 };
  const store = fakeGpuStore();
  const insert = store.insertSamples.bind(store);
  store.insertSamples = (samples) => {
    database.statements++;
    return database.isAway ? Promise.reject(new Error("away")) : insert(samples);
  };
  return { store, database };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("SampleWriter", () => {
  test("writes what came within 200 ms in one statement", async () => {
    const store = fakeGpuStore();
    const insert = vi.spyOn(store, "insertSamples");
    const writer = new SampleWriter({ store });
    const samples = series(3);
    for (const sample of samples) writer.push([sample]);
    await vi.advanceTimersByTimeAsync(199);
    expect(insert).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(insert).toHaveBeenCalledTimes(1);
    expect(store.inserted).toEqual(samples);
    expect(writer.state()).toMatchObject({
      queuedSamples: 0,
      writtenSamples: 3,
      oldestQueuedMs: null,
    });
  });

  test("does not wait when 1,000 are there", async () => {
    const store = fakeGpuStore();
    const writer = new SampleWriter({ store });
    writer.push(series(1_000));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.inserted).toHaveLength(1_000);
  });

  test("keeps all in order while the database is away, and tries at growing intervals", async () => {
    const { store, database } = storeThatIsAway();
    const changes: unknown[] = [];
    const writer = new SampleWriter({ store, onStateChange: (error) => changes.push(error) });
    const samples = series(480);
    for (const sample of samples) {
      writer.push([sample]);
      await vi.advanceTimersByTimeAsync(125);
    }
    expect(database.statements).toBeLessThan(60); // 60 s: every 200 ms would be 300
    expect(writer.state()).toMatchObject({
      queuedSamples: 480,
      writtenSamples: 0,
      oldestQueuedMs: NOON,
    });
    expect(changes).toHaveLength(1);
    database.isAway = false;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(store.inserted).toEqual(samples);
    expect(changes).toEqual([expect.any(Error), null]);
    expect(writer.state()).toMatchObject({ droppedSamples: 0, queuedSamples: 0 });
  });

  test("a full queue loses its oldest samples, and counts them", async () => {
    const { store, database } = storeThatIsAway();
    const writer = new SampleWriter({ store, maxQueuedSamples: 100 });
    const samples = series(350);
    for (const sample of samples) {
      writer.push([sample]);
      await vi.advanceTimersByTimeAsync(50);
    }
    database.isAway = false;
    await vi.advanceTimersByTimeAsync(5_000);
    const { droppedSamples, writtenSamples, queuedSamples } = writer.state();
    expect(queuedSamples).toBe(0);
    expect(droppedSamples).toBeGreaterThan(0);
    expect(droppedSamples + writtenSamples).toBe(350);
    expect(store.inserted).toEqual(samples.slice(droppedSamples));
  });

  test("samples that come while a statement runs are written after it, none twice", async () => {
    const finish: (() => void)[] = [];
    const store = fakeGpuStore({
      insertSamples: async (samples) => {
        seen.push(...(samples as SampleColumns).samples());
        await new Promise<void>((resolve) => finish.push(resolve));
        return samples.length;
      },
    });
    const seen: unknown[] = [];
    const writer = new SampleWriter({ store });
    const samples = series(20);
    writer.push(samples.slice(0, 10));
    await vi.advanceTimersByTimeAsync(200);
    writer.push(samples.slice(10));
    expect(writer.state().queuedSamples).toBe(20);
    finish.shift()?.();
    await vi.advanceTimersByTimeAsync(200);
    finish.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(samples);
    expect(writer.state()).toMatchObject({ queuedSamples: 0, writtenSamples: 20 });
  });

  test("a refused sample does not hold up the others", async () => {
    const good = fakeGpuStore();
    const store = fakeGpuStore({
      insertSamples: async (samples) => {
        const list = (samples as SampleColumns).samples();
        if (list.some((sample) => sample.gpuUuid === "bad"))
          throw new UnstorableSamplesError({ cause: new Error("check") });
        return good.insertSamples(list);
      },
    });
    const writer = new SampleWriter({ store });
    const samples = series(100);
    const bad = [3, 50, 99].map((i) => gpuSample({ gpuUuid: "bad", recordedAtMs: NOON + i }));
    writer.push([...samples.slice(0, 40), ...bad, ...samples.slice(40)]);
    await vi.advanceTimersByTimeAsync(200);
    expect(good.inserted).toEqual(samples);
    expect(writer.state()).toMatchObject({ refusedSamples: 3, writtenSamples: 100, failures: 0 });
  });

  test("counts what the database had already", async () => {
    const writer = new SampleWriter({ store: fakeGpuStore({ insertSamples: async () => 2 }) });
    writer.push(series(5));
    await writer.flush();
    expect(writer.state()).toMatchObject({ writtenSamples: 2, duplicateSamples: 3 });
  });

  test("stop writes what waits", async () => {
    const store = fakeGpuStore();
    const writer = new SampleWriter({ store });
    writer.push(series(2_500));
    expect(await writer.stop(5_000)).toBe(0);
    expect(store.inserted).toHaveLength(2_500);
  });

  test("stop keeps trying until its time is over, and says what is left", async () => {
    const { store, database } = storeThatIsAway();
    const writer = new SampleWriter({ store });
    writer.push(series(7));
    const left = writer.stop(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await left).toBe(7);
    expect(writer.state()).toMatchObject({ droppedSamples: 7, queuedSamples: 0 });
    expect(database.statements).toBeGreaterThan(3);
  });

  test("stop does not wait for a database that has gone silent", async () => {
    const store = fakeGpuStore({ insertSamples: () => new Promise(() => undefined) });
    const writer = new SampleWriter({ store });
    writer.push(series(7));
    const left = writer.stop(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await left).toBe(7);
    expect(writer.state().droppedSamples).toBe(7);
  });
});
