"use client";
import { createContext, use, useSyncExternalStore } from "react";
import {
  type ChartCursor,
  createCursorStore,
  type CursorStore,
  type TimeSpan,
} from "./cursor-store";

export interface ChartFrame extends TimeSpan {
  cursor: CursorStore;
}

// A chart outside a group still draws; its cursor then moves alone.
export const ChartContext = createContext<ChartFrame>({
  fromMs: 0,
  toMs: 1,
  cursor: createCursorStore(),
});

/** The shared time axis that a chart stands on. */
export function useChartFrame(): ChartFrame {
  return use(ChartContext);
}

/** Renders again only when the cursor or the brush moves. */
export function useChartCursor(): ChartCursor {
  const { cursor } = use(ChartContext);
  return useSyncExternalStore(cursor.subscribe, cursor.snapshot, cursor.snapshot);
}

/** Place of a time on the axis, in percent of its width. */
export function percentOf(timeMs: number, span: TimeSpan): number {
  return ((timeMs - span.fromMs) / (span.toMs - span.fromMs)) * 100;
}
