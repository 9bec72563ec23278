"use client";
import { replaceEqualDeep, useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import type { WhoAmI } from "@/domain/identity/who-am-i";

const ASK_AGAIN_AFTER_MS = 30_000;

/**
 * Who asks, and what a page may offer them. Asked again when the window gets the focus, at most each 30 s, and by
 * TRPCProviders when a call is refused as unauthenticated. Signing in and out load the page anew, so nothing of before stays.
 */
export function useWhoAmI() {
  return useQuery(
    useTRPC().identity.whoAmI.queryOptions(undefined, {
      staleTime: ASK_AGAIN_AFTER_MS,
      refetchOnWindowFocus: true,
      structuralSharing: (before, now) =>
        replaceEqualDeep(before, stillEnded(before as WhoAmI | undefined, now as WhoAmI)),
    }),
  );
}

/** The server tells once that a session has ended; it stays true until somebody signs in or the page is loaded anew. */
export function stillEnded(before: WhoAmI | undefined, now: WhoAmI): WhoAmI {
  return before?.sessionEnded === true && now.via === "anonymous"
    ? { ...now, sessionEnded: true }
    : now;
}
