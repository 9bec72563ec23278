"use client";
import { useMemo } from "react";
import { useFleet } from "@/components/layout/use-fleet";
import { gpuPageMetrics } from "./gpu-lanes";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { type GpuHistoryView, useGpuHistory, useNewestTimes } from "./use-gpu-history";
import { useLiveGpus } from "./use-live-gpus";

const DEFAULT_POLL_MS = 1_000;
// The width of the plots on a wide page.
const MAX_POINTS = 600;

/** One GPU, live, with its history. `gpuUuid` null asks nothing. */
export function useGpuFeed(gpuUuid: string | null) {
  const answered = useFleet().data;
  // Asked once the cadence is known: it decides between samples and buckets.
  const isReady = gpuUuid !== null && answered !== undefined;
  const gpuUuids = useMemo(() => (isReady ? [gpuUuid] : []), [isReady, gpuUuid]);
  const pollIntervalMs = answered?.pollIntervalMs ?? DEFAULT_POLL_MS;
  const { history, addSamples } = useGpuHistory({
    gpuUuids,
    metrics: gpuPageMetrics,
    maxPoints: MAX_POINTS,
    pollIntervalMs,
  });
  const live = useLiveGpus(gpuUuid === null ? null : `gpu:${gpuUuid}`, addSamples);
  const known = useNewestTimes(history.known, live.fleet);
  const gpu = live.fleet?.gpus.find(({ sample }) => sample.gpuUuid === gpuUuid) ?? null;
  const series = gpuUuid === null ? undefined : history.series.get(gpuUuid);
  return {
    live,
    history: { ...history, known },
    gpu,
    series,
    state: stateOf({ hasFleet: live.fleet !== null, gpu, series, history }),
    ...nameOf(gpu, series),
    pollIntervalMs,
  };
}

function nameOf(gpu: LatestGpu | null, series: GpuHistorySeries | undefined) {
  const { gpuIndex, gpuName } = gpu?.sample ?? series ?? { gpuIndex: null, gpuName: null };
  return { gpuIndex, gpuName };
}

export type GpuFeed = ReturnType<typeof useGpuFeed>;

/** unknown: it does not report and no sample of it exists in the range. */
function stateOf(known: {
  hasFleet: boolean;
  gpu: LatestGpu | null;
  series: GpuHistorySeries | undefined;
  history: GpuHistoryView;
}): "loading" | "unknown" | "known" {
  const { hasFleet, gpu, series, history } = known;
  if (!hasFleet) return "loading";
  if (gpu !== null || history.error !== null) return "known";
  if (history.isLoading) return "loading";
  const hasSamples = series?.sources.some((source) => source !== null) === true;
  return hasSamples ? "known" : "unknown";
}
