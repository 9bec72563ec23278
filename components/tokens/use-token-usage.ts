"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTimeRange } from "@/components/layout/time-range";
import { useTRPC } from "@/components/trpc/trpc";
import { type UsageFilter, usageConditions } from "./usage-filter";

/** About one for each three pixels of the plot. */
const MAX_POINTS = 240;
const shown = { placeholderData: keepPreviousData };

const MINUTE_MS = 60_000;

/**
 * The range of the page as procedures take it: its end moves on by steps, and each step asks anew. Sums are kept by the minute, so it is
 * widened to whole minutes: what is summed and what is listed then agree.
 */
export function useUsageSpan() {
  const { fromMs, toMs, isRelative } = useTimeRange();
  return useMemo(
    () => ({
      fromMs: Math.floor(fromMs / MINUTE_MS) * MINUTE_MS,
      // A range that ends now has nothing behind its end.
      toMs: isRelative ? Math.ceil(toMs) : Math.ceil(toMs / MINUTE_MS) * MINUTE_MS,
    }),
    [fromMs, toMs, isRelative],
  );
}

/** Each service and model of the range, whatever the filter: its lists are made from it, too. */
export function useUsageSummary() {
  const span = useUsageSpan();
  return useQuery({ ...useTRPC().tokens.summary.queryOptions(span), ...shown });
}

/** Sizes over time of one model. */
export function useUsageHistory(filter: UsageFilter) {
  const span = useUsageSpan();
  const input = { ...span, ...usageConditions(filter), maxPoints: MAX_POINTS };
  const query = useTRPC().tokens.history.queryOptions(input, { enabled: filter.model !== null });
  return useQuery({ ...query, ...shown });
}

/** Sections that were removed, over time: on the same steps as the sizes. */
export function useRemovals(filter: UsageFilter) {
  const input = { ...useUsageSpan(), ...usageConditions(filter), maxPoints: MAX_POINTS };
  return useQuery({ ...useTRPC().tokens.removals.queryOptions(input), ...shown });
}

/** What truncation would do to the prompts that were over. */
export function useDryRun(filter: UsageFilter) {
  const input = { ...useUsageSpan(), ...usageConditions(filter) };
  return useQuery({ ...useTRPC().tokens.dryRun.queryOptions(input), ...shown });
}

/** As many cuts as a chart can tell apart. */
const MAX_CUTS = 200;

/** Prompts that a server cut without an error, newest first. */
export function useSilentCuts(filter: UsageFilter) {
  const input = { ...useUsageSpan(), ...usageConditions(filter), limit: MAX_CUTS };
  return useQuery({ ...useTRPC().tokens.silentCuts.queryOptions(input), ...shown });
}

const ASK_AGAIN_AFTER_MS = 30_000;

/** Profiles of models: whether they truncate, and from where on they warn. */
export function useProfiles() {
  return useQuery({
    ...useTRPC().models.list.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}
