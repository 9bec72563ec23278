"use client";
import { useMemo } from "react";
import { useFleet } from "@/components/layout/use-fleet";
import { fleetRows } from "@/domain/fleet/fleet-rows";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { gpuPageMetrics } from "./gpu-lanes";
import { type GpuHistoryView, useGpuHistory, useNewestTimes } from "./use-gpu-history";
import { useLiveGpus } from "./use-live-gpus";

const DEFAULT_POLL_MS = 1_000;
// The width of the plots on a wide page.
const MAX_POINTS = 600;

interface FeedRequest {
  /** Null asks nothing. */
  gpuUuid: string | null;
  /** Others that are shown beside it. */
  compared: readonly string[];
}

/** One GPU and those it is compared with, live, with their history. */
export function useGpuFeed({ gpuUuid, compared }: FeedRequest) {
  const answered = useFleet().data;
  // Asked once the cadence is known: it decides between samples and buckets. An equal list must not ask again.
  const isReady = gpuUuid !== null && answered !== undefined;
  const joined = isReady ? [gpuUuid, ...compared].join("\n") : "";
  const gpuUuids = useMemo(() => (joined === "" ? [] : joined.split("\n")), [joined]);
  const pollIntervalMs = answered?.pollIntervalMs ?? DEFAULT_POLL_MS;
  const { history, addSamples } = useGpuHistory({
    gpuUuids,
    metrics: gpuPageMetrics,
    maxPoints: MAX_POINTS,
    pollIntervalMs,
  });
  const live = useLiveGpus(roomOf(gpuUuid, compared), addSamples);
  const known = useNewestTimes(history.known, live.fleet);
  const gpu = live.fleet?.gpus.find(({ sample }) => sample.gpuUuid === gpuUuid) ?? null;
  const series = gpuUuid === null ? undefined : history.series.get(gpuUuid);
  return {
    live,
    history: { ...history, known },
    gpu,
    series,
    state: stateOf({ hasFleet: live.fleet !== null, gpu, series, history }),
    ...useNames(live.fleet, gpuUuid, series),
    pollIntervalMs,
  };
}

function roomOf(gpuUuid: string | null, compared: readonly string[]) {
  if (gpuUuid === null) return null;
  return compared.length === 0 ? (`gpu:${gpuUuid}` as const) : "gpus";
}

function useNames(
  fleet: GpuFleet | null,
  gpuUuid: string | null,
  series: GpuHistorySeries | undefined,
) {
  const rows = useMemo(() => fleetRows(fleet?.gpus ?? []), [fleet]);
  const row = rows.find(({ gpu }) => gpu.sample.gpuUuid === gpuUuid) ?? null;
  const index = series?.gpuIndex ?? null;
  return {
    rows,
    row,
    /** "GPU 0", "atlas 0", "atlas 1, MIG 0"; "GPU" while nothing is known of it. */
    name: row?.name ?? (index === null ? "GPU" : `GPU ${index}`),
    gpuName: row?.gpu.sample.gpuName ?? series?.gpuName ?? null,
  };
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
