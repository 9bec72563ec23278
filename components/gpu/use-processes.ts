"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 15_000;

/** The processes of one GPU. Reading them is slow for the driver: they are asked while somebody looks, and not often. */
export function useProcesses(gpuUuid: string) {
  const { data, error, isFetching, refetch } = useQuery({
    ...useTRPC().gpu.processes.queryOptions({ gpuUuid }),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
  return {
    list: data,
    error,
    isReading: isFetching,
    onRefresh: () => {
      void refetch();
    },
  };
}
