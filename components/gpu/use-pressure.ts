"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { usePressureChanges } from "@/components/layout/live-connection";
import { useTRPC } from "@/components/trpc/trpc";

/** Forecasts move without a message. */
const ASK_AGAIN_AFTER_MS = 10_000;

/** The pressure on the memory of all GPUs, its thresholds and forecasts; asked again at once when a level changes. */
export function usePressure() {
  const { pressure, pressureEvents } = useTRPC().gpu;
  const query = pressure.queryOptions();
  const queryClient = useQueryClient();
  usePressureChanges(() => {
    void queryClient.invalidateQueries({ queryKey: query.queryKey });
    void queryClient.invalidateQueries({ queryKey: pressureEvents.queryKey().slice(0, 1) });
  });
  return useQuery({ ...query, refetchInterval: ASK_AGAIN_AFTER_MS });
}
