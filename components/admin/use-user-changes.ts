"use client";
import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { useListsChanged } from "./use-admin-lists";

/** Changes of accounts; after each the lists are asked again, whether it was made or not. */
export function useUserChanges() {
  const { create, update, resetPassword, delete: remove } = useTRPC().users;
  const onSettled = useListsChanged();
  return {
    create: useMutation(create.mutationOptions({ onSettled })),
    update: useMutation(update.mutationOptions({ onSettled })),
    resetPassword: useMutation(resetPassword.mutationOptions({ onSettled })),
    remove: useMutation(remove.mutationOptions({ onSettled })),
  };
}
