"use client";
import { type UIEvent, useMemo, useState } from "react";

interface RowWindow {
  /** Rows `first` to `end − 1` exist. */
  first: number;
  end: number;
  /** Height of what is left out above and below, in pixels. */
  abovePx: number;
  belowPx: number;
  /** For the element that scrolls. */
  onScroll: (event: UIEvent<HTMLElement>) => void;
  /** Scrolls the element so far that the row is in sight. */
  reveal: (element: HTMLElement | null, row: number) => void;
}

const ROWS_AROUND = 12;
/** A window at least as high as most screens: what grows without a scroll event shows no hole. */
const LEAST_HEIGHT_PX = 1_200;

/**
 * Which rows of a long list exist: those in sight and a few around, so that 10,000 scroll like ten. `heightsPx`: of each row.
 * `headPx`: height of a sticky head inside the scroller.
 */
export function useRowWindow(heightsPx: readonly number[], headPx = 0): RowWindow {
  const [topPx, setTopPx] = useState(0);
  const tops = useMemo(() => topsOf(heightsPx), [heightsPx]);
  const rowCount = heightsPx.length;
  const first = Math.max(0, rowAt(tops, topPx) - ROWS_AROUND);
  const end = Math.min(rowCount, rowAt(tops, topPx + LEAST_HEIGHT_PX) + 1 + ROWS_AROUND);
  const totalPx = tops[rowCount] ?? 0;
  return {
    first,
    end,
    abovePx: tops[first] ?? 0,
    belowPx: totalPx - (tops[end] ?? totalPx),
    onScroll: (event) => {
      setTopPx(event.currentTarget.scrollTop);
    },
    reveal: (element, row) => {
      const rowTopPx = tops[row];
      if (element === null || rowTopPx === undefined) return;
      const bottomPx = (tops[row + 1] ?? rowTopPx) + headPx;
      if (rowTopPx < element.scrollTop) element.scrollTo({ top: rowTopPx });
      else if (bottomPx > element.scrollTop + element.clientHeight)
        element.scrollTo({ top: bottomPx - element.clientHeight });
    },
  };
}

/** Top of each row, and at the end the height of all. */
function topsOf(heightsPx: readonly number[]): number[] {
  const tops = [0];
  for (const heightPx of heightsPx) tops.push((tops.at(-1) ?? 0) + heightPx);
  return tops;
}

/** The row that lies at this height; the last one below the end. */
function rowAt(tops: readonly number[], px: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((tops[middle] ?? Infinity) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}
