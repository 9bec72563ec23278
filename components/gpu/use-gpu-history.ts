"use client";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useLiveStore } from "@/components/layout/live-connection";
import { useTimeRange } from "@/components/layout/time-range";
import { useTRPC } from "@/components/trpc/trpc";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuHistory } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { chooseStepMs } from "@/domain/gpu/history-step";
import type { SeriesWindow } from "@/domain/fleet/series-points";
import { createSeriesStore, type SeriesByUuid } from "./series-store";

const GPUS_A_QUERY = 16;

interface HistoryRequest {
  /** Empty while they are not known: nothing is asked. */
  gpuUuids: readonly string[];
  metrics: readonly GpuMetric[];
  /** About the width of the plot in pixels. */
  maxPoints: number;
  pollIntervalMs: number;
  /** Always in buckets, never raw: series of several GPUs can then be added up. */
  inBuckets?: boolean;
}

export interface GpuHistoryView {
  series: SeriesByUuid;
  /** The visible window; its end is now while the range is relative. */
  fromMs: number;
  toMs: number;
  /** The part of it that is known, and how often samples are due: where gaps may be looked for. */
  known: SeriesWindow;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
  /** The database did not answer and this comes from memory. */
  isFromMemory: boolean;
  /** Raw samples were cut; the newest are shown. */
  isTruncated: boolean;
}

/** The window with the exact times of the newest samples: a gap at its end then begins when "stale" begins. */
export function useNewestTimes(known: SeriesWindow, fleet: GpuFleet | null): SeriesWindow {
  return useMemo(() => {
    const gpus = fleet?.gpus ?? [];
    const newestMs = new Map(gpus.map(({ sample }) => [sample.gpuUuid, sample.recordedAtMs]));
    return { ...known, newestMs };
  }, [known, fleet]);
}

/**
 * The history of some GPUs in the page's range, with live samples at its end. First the room is joined, then the
 * history is asked; a new answer replaces the shown one without a moment of emptiness.
 */
export function useGpuHistory(request: HistoryRequest) {
  const trpc = useTRPC();
  const live = useLiveStore();
  const range = useTimeRange();
  const [store] = useState(createSeriesStore);
  const [nowMs, setNowMs] = useState(() => live.serverNowMs());
  const stepMs = stepFor(request, range);
  const fromMs = Math.floor(range.fromMs);
  const toMs = Math.ceil(range.toMs);

  const combined = useQueries({
    queries: chunksOf(request.gpuUuids).map((gpuUuids) => ({
      ...trpc.gpu.history.queryOptions(
        { gpuUuids, metrics: [...request.metrics], fromMs, toMs, stepMs },
        { trpc: { abortOnUnmount: true } },
      ),
      placeholderData: keepPreviousData,
      staleTime: Infinity, // live samples keep it fresh; a moved range is another question
      gcTime: 60_000,
    })),
    combine: joinAnswers,
  });
  const { fresh } = combined;
  const metrics = request.metrics;
  useEffect(() => {
    if (fresh) store.setHistory(fresh, metrics);
  }, [store, fresh, metrics]);

  const spanMs = range.spanMs;
  const addSamples = useCallback(
    (samples: readonly GpuSample[], tickMs: number) => {
      store.add(samples, tickMs - spanMs);
      setNowMs(tickMs);
    },
    [store, spanMs],
  );
  useEffect(() => {
    if (!range.isRelative) store.forgetLive();
  }, [store, range.isRelative]);

  const shown = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  const endMs = range.isRelative ? Math.max(nowMs, range.toMs) : range.toMs;
  const { pollIntervalMs } = request;
  // While another range is on its way, what lies outside the old answer is unknown, not missing.
  const isCurrent = fresh !== null;
  const view = useMemo(
    () => ({
      series: shown.series,
      fromMs: endMs - spanMs,
      toMs: endMs,
      known: {
        fromMs: Math.max(endMs - spanMs, shown.coveredFromMs),
        toMs: isCurrent ? endMs : Math.min(endMs, shown.coveredToMs),
        stepMs: shown.stepMs,
        cadenceMs: pollIntervalMs,
      },
    }),
    [shown, endMs, spanMs, isCurrent, pollIntervalMs],
  );
  const { hasAnswer, error, retry, isFromMemory, isTruncated } = combined;
  const history: GpuHistoryView = {
    ...view,
    isLoading: !hasAnswer && error === null,
    error: hasAnswer ? null : error,
    retry,
    isFromMemory,
    isTruncated,
  };
  return { history, addSamples };
}

function stepFor(request: HistoryRequest, range: { fromMs: number; toMs: number }) {
  const { maxPoints, pollIntervalMs, inBuckets = false } = request;
  // Two samples at least in a bucket, or jitter would leave some of them empty.
  const finestMs = inBuckets ? 2 * pollIntervalMs : pollIntervalMs;
  const stepMs = chooseStepMs({ ...range, maxPoints, pollIntervalMs: finestMs });
  return !inBuckets && stepMs <= pollIntervalMs ? null : stepMs;
}

function chunksOf(uuids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < uuids.length; start += GPUS_A_QUERY)
    chunks.push(uuids.slice(start, start + GPUS_A_QUERY));
  return chunks;
}

interface Answer {
  data: GpuHistory | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

/** All GPUs or nothing: a page never shows some of them as silent because their answer is late. */
function joinAnswers(answers: readonly Answer[]) {
  const parts = answers.map((answer) => answer.data).filter((part) => part !== undefined);
  const [first] = parts;
  const hasAnswer = first !== undefined && parts.length === answers.length;
  const isCurrent = hasAnswer && !answers.some((answer) => answer.isPlaceholderData);
  return {
    /** Null while the shown answer belongs to an earlier range. */
    fresh: isCurrent ? { ...first, series: parts.flatMap((part) => part.series) } : null,
    hasAnswer,
    isFromMemory: parts.some((part) => part.stale),
    isTruncated: parts.some((part) => part.truncated),
    error: answers.find((answer) => answer.error !== null)?.error ?? null,
    retry: () => {
      for (const answer of answers) void answer.refetch();
    },
  };
}
