"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLiveStatus, useTokenEvents } from "@/components/layout/live-connection";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 15_000;

/** All budgets and how far today is: asked again every 15 s, and at once when one reaches a mark. `nowMs`: of what is shown. */
export function useBudgets() {
  const { budgets } = useTRPC();
  const queryClient = useQueryClient();
  const skewMs = useLiveStatus((status) => Math.round(status.skewMs));
  const query = useQuery({
    ...budgets.list.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
  useTokenEvents(({ kind }) => {
    if (kind === "budget-mark")
      void queryClient.invalidateQueries({ queryKey: budgets.list.queryKey() });
  });
  return { ...query, nowMs: query.dataUpdatedAt + skewMs };
}

/** Changes of budgets; after each the list is asked again, whether it was done or not. */
export function useBudgetChanges() {
  const { list, create, update, delete: remove } = useTRPC().budgets;
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: list.queryKey() });
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    update: useMutation(update.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
  };
}

/** Keys that send reports; for admins, who alone may list keys. */
export function useIngestKeys() {
  const { data, error } = useQuery(useTRPC().keys.list.queryOptions());
  const keys = data?.keys.filter(
    ({ kind, revokedAtMs }) => kind === "ingest" && revokedAtMs === null,
  );
  return { keys, error };
}
