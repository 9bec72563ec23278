import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { SampleSpool } from "@/server/spool";
import { SampleWriter, type SampleWriterOptions } from "./sample-writer";
import { UnstorableSamplesError } from "./store-error";

const NOON = Date.UTC(2026, 4, 1, 12);
const series = (count: number, fromMs = NOON) =>
  gpuSampleSeries({ gpus: 1, count, fromMs, everyMs: 1_000 });
const inOrder = (list: readonly { recordedAtMs: number }[]) =>
  [...list].sort((a, b) => a.recordedAtMs - b.recordedAtMs);

let folder: string;
let spool: SampleSpool;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-writer-"));
  spool = await SampleSpool.open({ folder, maxBytes: 1e7 });
});
afterEach(async () => {
  await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A database that can be taken away, made slow, or made to hang. */
function setUp(options: Partial<SampleWriterOptions> = {}) {
  const database = { isAway: false, hangs: null as Promise<void> | null, statements: 0 };
  const store = fakeGpuStore();
  const insert = store.insertSamples.bind(store);
  store.insertSamples = async (samples) => {
    database.statements++;
    if (database.hangs) await database.hangs;
    if (database.isAway) throw new Error("away");
    return insert(samples);
  };
  const writer = new SampleWriter({ store, spool, ...options });
  return { writer, store, database };
}

describe("with a spool", () => {
  test("what the database does not take is on disk at once, and comes back in order", async () => {
    const changes: unknown[] = [];
    const { writer, store, database } = setUp({ onStateChange: (error) => changes.push(error) });
    const samples = series(120);
    database.isAway = true;
    for (const sample of samples.slice(0, 60)) {
      writer.push([sample]);
      await writer.flush();
    }
    expect(writer.state()).toMatchObject({
      queuedSamples: 0,
      spooledSamples: 60,
      droppedSamples: 0,
      databaseError: expect.any(Error) as unknown,
      spool: { items: 60 },
    });
    database.isAway = false;
    const done = { replayedSamples: 60, databaseError: null, spool: { items: 0 } };
    await vi.waitFor(() => expect(writer.state()).toMatchObject(done), { timeout: 20_000 });
    writer.push(samples.slice(60));
    await writer.flush();
    expect(store.inserted).toEqual(samples);
    expect(writer.state()).toMatchObject({
      replayedSamples: 60,
      writtenSamples: 120,
      databaseError: null,
      spool: { bytes: 0 },
    });
    expect(changes).toEqual([expect.any(Error), null]);
    expect(database.statements).toBeLessThan(60); // one try and the replay's, not one a flush
  });

  test("live samples are stored while a long absence is replayed", async () => {
    const old = series(5_000);
    for (let i = 0; i < old.length; i += 500) await spool.append(old.slice(i, i + 500));
    const { writer, store } = setUp();
    const live = series(5, NOON + 1e7);
    writer.push(live);
    await writer.flush();
    expect(store.inserted).toEqual(expect.arrayContaining(live));
    expect(store.inserted.length).toBeLessThan(5_005);
    await vi.waitFor(() => expect(store.inserted).toHaveLength(5_005), { timeout: 20_000 });
    expect(inOrder(store.inserted)).toEqual([...old, ...live]);
    expect(store.inserted.filter((one) => one.recordedAtMs < NOON + 1e7)).toEqual(old);
  });

  test("a statement that hangs holds nothing up: its samples and the next are on disk", async () => {
    let release: () => void = () => undefined;
    const { writer, store, database } = setUp();
    database.hangs = new Promise((resolve) => (release = resolve));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const samples = series(20);
    writer.push(samples.slice(0, 10));
    const flushed = writer.flush();
    await vi.advanceTimersByTimeAsync(3_100);
    vi.useRealTimers();
    await flushed;
    writer.push(samples.slice(10));
    await writer.flush();
    expect(writer.state()).toMatchObject({ queuedSamples: 0, spooledSamples: 20 });
    expect(writer.state().databaseError).toMatchObject({ code: "57014" });
    expect(database.statements).toBeLessThanOrEqual(2); // the one that hangs, and a replay
    database.hangs = null;
    release();
    await vi.waitFor(() => expect(writer.state().spool?.items).toBe(0), { timeout: 20_000 });
    const keys = new Set(store.inserted.map((one) => one.recordedAtMs));
    expect(keys.size).toBe(20);
  });

  test("a refused sample does not hold up the replay", async () => {
    const good = fakeGpuStore();
    const bad = gpuSample({ gpuUuid: "bad", recordedAtMs: NOON });
    await spool.append([...series(3), bad, ...series(3, NOON + 10_000)]);
    const store = fakeGpuStore({
      insertSamples: async (samples) => {
        const list = "samples" in samples ? samples.samples() : samples;
        if (list.some(({ gpuUuid }) => gpuUuid === "bad"))
          throw new UnstorableSamplesError({ cause: new Error("check") });
        return good.insertSamples(list);
      },
    });
    const writer = new SampleWriter({ store, spool });
    await vi.waitFor(() => expect(writer.state().spool?.items).toBe(0), { timeout: 20_000 });
    expect(good.inserted).toHaveLength(6);
    expect(writer.state()).toMatchObject({ refusedSamples: 1, failures: 0 });
  });

  test("the stop puts on disk what the database does not take, and the next start replays it", async () => {
    const { writer, database } = setUp();
    database.isAway = true;
    writer.push(series(7));
    expect(await writer.stop(5_000)).toBe(0);
    expect(spool.state().items).toBe(7);
    expect(writer.state()).toMatchObject({ droppedSamples: 0, queuedSamples: 0 });

    const next = setUp();
    await vi.waitFor(() => expect(next.store.inserted).toEqual(series(7)), { timeout: 20_000 });
  });

  test("the stop does not wait for a database that has gone silent", async () => {
    const { writer, database } = setUp();
    database.hangs = new Promise(() => undefined);
    writer.push(series(7));
    expect(await writer.stop(5_000)).toBe(0);
    expect(spool.state().items).toBe(7);
  });

  test("when the disk takes nothing either, memory holds them, up to its bound", async () => {
    const failures: unknown[] = [];
    const { writer, store, database } = setUp({
      maxQueuedSamples: 50,
      onSpoolStateChange: (error) => failures.push(error),
    });
    const append = vi
      .spyOn(spool, "append")
      .mockRejectedValue(Object.assign(new Error("full"), { code: "ENOSPC" }));
    database.isAway = true;
    const samples = series(60);
    writer.push(samples.slice(0, 40));
    await writer.flush();
    expect(writer.state()).toMatchObject({ queuedSamples: 40, droppedSamples: 0 });
    expect(failures).toEqual([expect.objectContaining({ code: "ENOSPC" })]);
    append.mockRestore();
    await vi.waitFor(() => expect(writer.state().spool?.items).toBe(40), { timeout: 20_000 });
    expect(failures.at(-1)).toBeNull();
    database.isAway = false;
    writer.push(samples.slice(40));
    await vi.waitFor(() => expect(inOrder(store.inserted)).toEqual(samples), { timeout: 20_000 });
  });
});

describe("store", () => {
  test("resolves when the samples are in the database", async () => {
    const { writer, store } = setUp();
    await writer.store(series(2_500));
    expect(store.inserted).toHaveLength(2_500);
  });

  test("resolves when they are on disk", async () => {
    const { writer, database } = setUp();
    database.isAway = true;
    await writer.store(series(5));
    expect(spool.state().items).toBe(5);
  });

  test("waits while they are only in memory, and rejects when they are dropped", async () => {
    const { writer, database } = setUp({ spool: null, maxQueuedSamples: 10 });
    database.isAway = true;
    let isSettled = false;
    const stored = writer.store(series(8)).finally(() => (isSettled = true));
    stored.catch(() => undefined);
    await sleep(300);
    expect(isSettled).toBe(false);
    writer.push(series(8, NOON + 10_000));
    await expect(stored).rejects.toThrow("full");
    await writer.stop(10);
    await expect(writer.store(series(1))).rejects.toThrow("stopped");
  });
});
