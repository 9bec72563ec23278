"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** Where this portal answers, as this browser reached it; a placeholder in built HTML. */
export function useOrigin(): string {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "http://localhost:3000",
  );
}
