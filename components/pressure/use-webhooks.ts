"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 5_000;

/** All webhook targets; asked again every few seconds, as what waits is sent meanwhile. */
export function useWebhooks() {
  return useQuery({
    ...useTRPC().gpu.pressureWebhooks.list.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** Changes of webhook targets; each one shows in the list at once. */
export function useWebhookChanges() {
  const { create, update, delete: remove, test, list } = useTRPC().gpu.pressureWebhooks;
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: list.queryKey() });
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    update: useMutation(update.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
    test: useMutation(test.mutationOptions({ onSettled })),
  };
}
