"use client";
import { useMemo } from "react";
import { type FleetEvent, gpuEvents, joinEvents } from "@/domain/fleet/gpu-events";
import { criticalBands, type PressureBand, pressureEvents } from "@/domain/fleet/pressure-events";
import type { GpuFeed } from "./use-gpu-feed";
import { usePressureEvents } from "./use-noted-events";

/** What happened to one GPU in the range, and when its memory was critical. */
export function useGpuEvents(
  { series, history }: GpuFeed,
  gpuUuid: string,
): { events: FleetEvent[]; bands: PressureBand[] } {
  const gpuUuids = useMemo(() => [gpuUuid], [gpuUuid]);
  const noted = usePressureEvents(gpuUuids);
  const { known } = history;
  const events = useMemo(
    () => joinEvents(series ? gpuEvents(series, known, noted && pressureEvents(noted.events)) : []),
    [series, known, noted],
  );
  const { fromMs, toMs } = history;
  const bands = useMemo(() => {
    if (noted === undefined) return [];
    const before = noted.levelsBefore.find((level) => level.gpuUuid === gpuUuid);
    return criticalBands(noted.events, {
      gpuUuid,
      levelBefore: before?.level ?? null,
      fromMs,
      toMs,
    });
  }, [noted, gpuUuid, fromMs, toMs]);
  return { events, bands };
}
