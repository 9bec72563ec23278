"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 15_000;

/** Model servers and what each told last; only admins are told. */
export function useModelServers({ enabled }: { enabled: boolean }) {
  return useQuery({
    ...useTRPC().modelServers.list.queryOptions(undefined, { enabled }),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** Changes of model servers; after each the list is asked again, and the profiles, whose remarks come from servers. */
export function useModelServerChanges() {
  const { modelServers, models } = useTRPC();
  const { list, create, update, delete: remove, test } = modelServers;
  const queryClient = useQueryClient();
  const queryKeys = [list.queryKey(), models.list.queryKey()];
  const onSettled = () =>
    Promise.all(queryKeys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    update: useMutation(update.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
    test: useMutation(test.mutationOptions({ onSettled })),
  };
}
