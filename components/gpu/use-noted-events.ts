"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTimeRange } from "@/components/layout/time-range";
import { useTRPC } from "@/components/trpc/trpc";
import type { GpuEvent } from "@/domain/fleet/gpu-events";
import { pressureEvents } from "@/domain/fleet/pressure-events";
import type { PressureEvents } from "@/domain/pressure/pressure-event";

const ASK_AGAIN_AFTER_MS = 10_000;

/** What the server noted about the memory of some GPUs in the page's range; `gpuUuids` null = all. Undefined until it is known. */
export function usePressureEvents(gpuUuids: readonly string[] | null): PressureEvents | undefined {
  const range = useTimeRange();
  const { data } = useQuery({
    ...useTRPC().gpu.pressureEvents.queryOptions({
      ...(gpuUuids !== null && { gpuUuids: [...gpuUuids] }),
      fromMs: Math.floor(range.fromMs),
      // A live range goes on after its last step.
      toMs: Math.ceil(range.toMs) + (range.isRelative ? ASK_AHEAD_MS : 0),
    }),
    placeholderData: keepPreviousData,
    ...(range.isRelative && { refetchInterval: ASK_AGAIN_AFTER_MS }),
    enabled: gpuUuids === null || gpuUuids.length > 0,
  });
  return data;
}

const ASK_AHEAD_MS = 120_000;

/** The same as events of the page; null until it is known. */
export function useNotedEvents(gpuUuids: readonly string[] | null): GpuEvent[] | null {
  const known = usePressureEvents(gpuUuids);
  return useMemo(() => (known === undefined ? null : pressureEvents(known.events)), [known]);
}
