"use client";
import { useMemo } from "react";
import { useFleet } from "@/components/layout/use-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { useGpuHistory, useNewestTimes } from "./use-gpu-history";
import { useLiveGpus } from "./use-live-gpus";

const DEFAULT_POLL_MS = 1_000;

/** All GPUs, live, with the history of some metrics in the page's range in buckets that can be added up. */
export function useFleetFeed(request: { metrics: readonly GpuMetric[]; maxPoints: number }) {
  const answered = useFleet().data;
  // The ids as one text: an equal list must not ask the history again.
  const joined = answered?.gpus.map(({ sample }) => sample.gpuUuid).join("\n") ?? "";
  const gpuUuids = useMemo(() => (joined === "" ? [] : joined.split("\n")), [joined]);
  const { history, addSamples } = useGpuHistory({
    ...request,
    gpuUuids,
    pollIntervalMs: answered?.pollIntervalMs ?? DEFAULT_POLL_MS,
    inBuckets: true,
  });
  const live = useLiveGpus("gpus", addSamples);
  const known = useNewestTimes(history.known, live.fleet);
  return { live, fleet: live.fleet, history: { ...history, known } };
}
