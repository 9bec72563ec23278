"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False in built HTML: a form that is sent before its script runs would send a password as the browser likes. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
