"use client";
import { useEffect, useRef } from "react";
import { useLive, useLiveStore, useTokenEvents } from "@/components/layout/live-connection";

/** A burst of cuts is read once. */
const GATHER_MS = 1_000;

/** A cut shows a moment after it was seen: the socket tells of it, and the range moves on to it. Paused, nothing moves. */
export function useLiveCuts(): void {
  const live = useLiveStore();
  const { paused } = useLive();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  useTokenEvents(({ kind }) => {
    if (paused || kind !== "cut" || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      // Each figure of the page is asked for with the end of the range.
      live.moveAnchor();
    }, GATHER_MS);
  });
}
