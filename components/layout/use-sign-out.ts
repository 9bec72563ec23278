"use client";
import { useMutation } from "@tanstack/react-query";
import { describeError, isUnauthenticated } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { showToast } from "@/components/ui/toast";
import { loadPage } from "./load-page";

/** Ends the session and leads to the sign-in page. */
export function useSignOut() {
  return useMutation(
    useTRPC().identity.signOut.mutationOptions({
      onSuccess: () => {
        loadPage("/sign-in");
      },
      onError: (error) => {
        if (isUnauthenticated(error))
          loadPage("/sign-in"); // it had ended already
        else
          showToast({
            tone: "crit",
            text: `You are still signed in. ${describeError(error).message}`,
          });
      },
    }),
  );
}
