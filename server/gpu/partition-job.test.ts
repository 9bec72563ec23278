import { expect, test, vi } from "vitest";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import type { GpuStore } from "./gpu-store";
import { createPartitionJob } from "./partition-job";
import { partitionNamed, rawTable } from "./partition-tables";

const NOON = Date.UTC(2026, 4, 31, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function setUp(replaced: Partial<GpuStore> = {}) {
  const store = fakeGpuStore(replaced);
  const onDropped = vi.fn();
  const onSealed = vi.fn();
  const onStateChange = vi.fn();
  const job = createPartitionJob({
    store,
    retentionDays: { raw: 30, "10s": 20, "1m": 90, "1h": 400 },
    nowMs: () => NOON,
    onDropped,
    onSealed,
    onStateChange,
    retryMs: 1,
  });
  const controller = new AbortController();
  return { store, job, controller, onDropped, onSealed, onStateChange };
}

const partition = (name: string) => {
  const span = partitionNamed(rawTable, name);
  return span ? [{ ...span, bytes: 8_192, aboutRows: 10 }] : [];
};

test("makes today and tomorrow, drops what is past its retention, seals, and ends when aborted", async () => {
  const { store, job, controller, onDropped, onSealed } = setUp({
    listPartitions: async () => [
      ...partition("gpu_stats_20260430"),
      ...partition("gpu_stats_20260501"),
    ],
    sealDays: async () => ["gpu_stats_20260530"],
  });
  const ensure = vi.spyOn(store, "ensurePartitions");
  const drop = vi.spyOn(store, "dropPartition");
  const sealDays = vi.spyOn(store, "sealDays");
  const running = job.run(controller.signal);
  await vi.waitFor(() => expect(onSealed).toHaveBeenCalledWith(["gpu_stats_20260530"]));
  expect(job.state()).toMatchObject({
    isRunning: true,
    lastRuns: { retention: { isOk: true, atMs: NOON } },
  });
  controller.abort();
  await running;
  expect(ensure).toHaveBeenCalledExactlyOnceWith([NOON, NOON + DAY_MS]);
  expect(drop).toHaveBeenCalledExactlyOnceWith(...partition("gpu_stats_20260430"), null);
  expect(onDropped).toHaveBeenCalledExactlyOnceWith(["gpu_stats_20260430"]);
  expect(sealDays.mock.lastCall?.[0].beforeMs).toBe(NOON - 3 * HOUR_MS);
  expect(job.state().isRunning).toBe(false);
});

test("rolls up until nothing is left, with whole hours where finer roll-ups are gone", async () => {
  let left = 3;
  const { store, job, controller } = setUp({
    rollUp: async () => ({ ranges: 1, hasMore: --left > 0 }),
  });
  const rollUp = vi.spyOn(store, "rollUp");
  const running = job.run(controller.signal);
  await vi.waitFor(() => expect(job.state().lastRuns.rollUp).toBeDefined());
  controller.abort();
  await running;
  expect(rollUp).toHaveBeenCalledTimes(3);
  expect(rollUp).toHaveBeenCalledWith({
    nowMs: NOON,
    wholeHoursBeforeMs: NOON - 20 * DAY_MS,
  });
});

test("a failure is reported once, and its end too; it stops no other task", async () => {
  const state = { isAway: true, runs: 0 };
  const { job, controller, onStateChange, onSealed } = setUp({
    ensurePartitions: async () => {
      state.runs++;
      if (state.isAway) throw new Error("away");
    },
    sealDays: async () => ["gpu_stats_20260530"],
  });
  const running = job.run(controller.signal);
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(2));
  expect(onStateChange.mock.calls).toEqual([["partitions", new Error("away")]]);
  expect(job.state().lastRuns.partitions?.isOk).toBe(false);
  expect(onSealed).toHaveBeenCalled();
  state.isAway = false;
  await vi.waitFor(() => expect(onStateChange).toHaveBeenCalledTimes(2));
  expect(onStateChange.mock.lastCall).toEqual(["partitions", null]);
  controller.abort();
  await expect(running).resolves.toBeUndefined();
});

test("a run that is ended by its signal is no failure", async () => {
  const { job, controller, onStateChange } = setUp({
    sealDays: ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      }),
  });
  const running = job.run(controller.signal);
  await vi.waitFor(() => expect(job.state().lastRuns.retention).toBeDefined());
  controller.abort();
  await running;
  expect(onStateChange).not.toHaveBeenCalled();
});
