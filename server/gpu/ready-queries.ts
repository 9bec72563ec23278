import { type GpuHistory, GpuHistoryQuery } from "@/domain/gpu/gpu-history";
import type { ReadyQueries, ReadyQuery } from "@/server/trpc/ready-query";
import { historySelection } from "./history-selection";

/** A history is made again this often at most; what came since is on the socket. */
const LONGEST_BEAT_MS = 10_000;
/** For those who compare clocks with the answer. */
const LATEST_BEAT_MS = 100;

/** One answer a selection and newest bucket: all who look at the same buckets get the same bytes. */
const history: ReadyQuery = {
  prepare({ gpu, nowMs }, input) {
    const query = GpuHistoryQuery.safeParse(input);
    if (!query.success) return null;
    const selection = historySelection(query.data, gpu.pollIntervalMs);
    const stepMs = Math.max(selection.stepMs ?? 0, gpu.pollIntervalMs);
    const beatMs = Math.min(stepMs, LONGEST_BEAT_MS);
    return {
      key: JSON.stringify(selection),
      edition: () => String(Math.floor(nowMs() / beatMs)),
    };
  },
  isKept: (answer) => !(answer as GpuHistory).stale,
};

/** One answer a tick; again within it, since a GPU becomes stale without one. */
const latest: ReadyQuery = {
  prepare: ({ gpu, nowMs }, input) =>
    input === undefined
      ? {
          key: "",
          edition: () => `${gpu.tickSequence()}.${Math.floor(nowMs() / LATEST_BEAT_MS)}`,
        }
      : null,
  isKept: () => true,
};

/** Queries of GPUs that are answered from bytes. */
export const gpuReadyQueries: ReadyQueries = { "gpu.history": history, "gpu.latest": latest };
