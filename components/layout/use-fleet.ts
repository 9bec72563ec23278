"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { useLiveStatus, useSourceChanges } from "./live-connection";

const ASK_AGAIN_AFTER_MS = 15_000;
/** While the collector has not said yet where it looked: a page opened right after the start must not wait for it. */
const ASK_SOON_AFTER_MS = 1_000;

/** The newest state of all GPUs, shared with the pages; asked again when a source changes and every 15 s. */
export function useFleet() {
  const query = useTRPC().gpu.latest.queryOptions();
  const queryClient = useQueryClient();
  useSourceChanges(() => {
    void queryClient.invalidateQueries({ queryKey: query.queryKey });
  });
  return useQuery({
    ...query,
    refetchInterval: ({ state }) =>
      state.data?.sources.length === 0 ? ASK_SOON_AFTER_MS : ASK_AGAIN_AFTER_MS,
  });
}

/** Whether what is shown is simulated; null before anything is known. The newest tick knows best. */
export function useSimulated(): boolean | null {
  const byTick = useLiveStatus((status) => status.simulated);
  const byQuery = useFleet().data?.simulated;
  return byTick ?? byQuery ?? null;
}
