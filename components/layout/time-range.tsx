"use client";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import {
  parseTimeRange,
  type RangeChoice,
  rangeText,
  type TimeRange,
} from "@/domain/time/time-range";
import { useLiveStatus, useLiveStore } from "./live-connection";
import { changeAddress } from "./url-state";

interface UsedTimeRange extends TimeRange {
  /** A fixed range, or the last `spanMs`. Goes into the address; Back undoes it. */
  setRange: (choice: RangeChoice) => void;
}

/**
 * The range of the page, in server time. Needs <Suspense> above it. While it is relative, its ends move in steps of
 * seconds to a minute: newer samples come by `useGpuTicks`, and each step asks the history again.
 */
export function useTimeRange(): UsedTimeRange {
  const store = useLiveStore();
  const params = useSearchParams();
  const from = params.get("from");
  const to = params.get("to");
  const anchorMs = useLiveStatus((status) => status.anchorMs);
  const range = useMemo(() => parseTimeRange({ from, to }, anchorMs), [from, to, anchorMs]);
  const setRange = useCallback(
    (choice: RangeChoice) => {
      if ("spanMs" in choice) store.moveAnchor();
      changeAddress({ ...rangeText(choice), paused: null });
    },
    [store],
  );
  return useMemo(() => ({ ...range, setRange }), [range, setRange]);
}

const kept = ["from", "to", "paused"];

/** `href` with the range of the current address: every link keeps it. */
export function withRange(href: string, params: URLSearchParams | Readonly<URLSearchParams>) {
  const [path = "", query = ""] = href.split("?", 2);
  const next = new URLSearchParams(query);
  if (kept.some((name) => next.has(name))) return href; // it brings a range of its own
  for (const name of kept) {
    const value = params.get(name);
    if (value !== null) next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? path : `${path}?${text}`;
}
