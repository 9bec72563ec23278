"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";

const ASK_AGAIN_AFTER_MS = 15_000;

/** All profiles, the default first; asked again every 15 s, as others change them and servers tell more. */
export function useModelProfiles() {
  return useQuery({
    ...useTRPC().models.list.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** How far each method is from what servers report, by model; it moves slowly. */
export function useMeasuredErrors() {
  return useQuery({
    ...useTRPC().tokens.measuredErrors.queryOptions(),
    refetchInterval: 4 * ASK_AGAIN_AFTER_MS,
  });
}

/** Changes of profiles; after each the list is asked again, whether it was done or not. */
export function useProfileChanges() {
  const { list, create, update, delete: remove, makeDefault } = useTRPC().models;
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: list.queryKey() });
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    update: useMutation(update.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
    makeDefault: useMutation(makeDefault.mutationOptions({ onSettled })),
  };
}
