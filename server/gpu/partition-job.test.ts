import { expect, test, vi } from "vitest";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { runPartitionJob } from "./partition-job";

const NOON = Date.UTC(2026, 4, 31, 12);
const DAY_MS = 86_400_000;

test("makes today and tomorrow, drops what is past 30 days, and ends when aborted", async () => {
  const store = fakeGpuStore({ dropPartitionsBefore: async () => ["gpu_stats_20260430"] });
  const ensure = vi.spyOn(store, "ensurePartitions");
  const drop = vi.spyOn(store, "dropPartitionsBefore");
  const onDropped = vi.fn();
  const controller = new AbortController();
  const job = runPartitionJob(
    { store, nowMs: () => NOON, onDropped, onStateChange: vi.fn() },
    controller.signal,
  );
  await vi.waitFor(() => expect(onDropped).toHaveBeenCalledWith(["gpu_stats_20260430"]));
  controller.abort();
  await job;
  expect(ensure).toHaveBeenCalledExactlyOnceWith([NOON, NOON + DAY_MS]);
  expect(drop).toHaveBeenCalledExactlyOnceWith(NOON - 30 * DAY_MS);
});

test("a failure is reported once, and its end too; neither ends it", async () => {
  const state = { isAway: true, runs: 0 };
  const store = fakeGpuStore({
    ensurePartitions: async () => {
      state.runs++;
      if (state.isAway) throw new Error("away");
    },
  });
  const changes: unknown[] = [];
  const onStateChange = (error: unknown) => changes.push(error);
  const controller = new AbortController();
  const job = runPartitionJob(
    { store, nowMs: () => NOON, onDropped: vi.fn(), onStateChange, retryMs: 1 },
    controller.signal,
  );
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(2));
  expect(changes).toEqual([new Error("away")]);
  state.isAway = false;
  await vi.waitFor(() => expect(changes).toEqual([new Error("away"), null]));
  controller.abort();
  await expect(job).resolves.toBeUndefined();
});
