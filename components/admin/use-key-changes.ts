"use client";
import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { useListsChanged } from "./use-admin-lists";

/** Making and revoking API keys; after each the lists are asked again, whether it was done or not. */
export function useKeyChanges() {
  const { create, revoke } = useTRPC().keys;
  const onSettled = useListsChanged();
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    revoke: useMutation(revoke.mutationOptions({ onSettled })),
  };
}
