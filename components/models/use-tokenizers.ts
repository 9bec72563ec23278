"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 60_000;

/** Tokenizers that the portal has. */
export function useTokenizers() {
  return useQuery({
    ...useTRPC().tokenizers.list.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** Changes of tokenizers; `onSettled` is for those that do not go through here: uploads. */
export function useTokenizerChanges() {
  const { list, addFile, delete: remove } = useTRPC().tokenizers;
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: list.queryKey() });
  return {
    addFile: useMutation(addFile.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
    onSettled,
  };
}
