"use client";
import { useDeferredValue, useMemo } from "react";
import { columnStats } from "@/domain/chart/column-stats";
import { nearestIndex } from "@/domain/chart/nearest-index";
import { NO_VALUE } from "@/domain/units/format-number";
import { useChartCursor, useChartFrame } from "./chart-context";
import type { ChartLine } from "./chart-line";

/** Column widths of head and rows: name, at the cursor, min, mean, max. */
const columns = "grid grid-cols-[minmax(0,1fr)_42px_40px_40px_40px] max-md:flex max-md:gap-1.25";

/** Value of a line at a time; null in a gap. Points further than `reachMs` do not count as being there. */
export function valueAt(line: ChartLine, timeMs: number, reachMs: number): number | null {
  const index = nearestIndex(line.timesMs, timeMs);
  const foundMs = line.timesMs[index];
  const isFar = foundMs === undefined || Math.abs(foundMs - timeMs) > (line.reachMs ?? reachMs);
  if (isFar) return null;
  return line.mean[index] ?? null;
}

/** The sample of a line. */
function LegendKey({ line }: { line: ChartLine }) {
  return (
    <svg viewBox="0 0 16 8" aria-hidden="true" className="inline-block h-2 w-4 flex-none">
      <path
        d="M0 4h16"
        fill="none"
        stroke={`var(${line.colour})`}
        strokeWidth="2"
        strokeDasharray={line.dash?.join(" ")}
      />
    </svg>
  );
}

/** Heads of the legend's columns; once above all lanes. */
export function LegendHead({ format }: { format: (timeMs: number) => string }) {
  const { timeMs } = useChartCursor();
  return (
    <div aria-hidden="true" className={`${columns} text-right type-11 text-fg-3 max-md:hidden`}>
      <span className="col-span-2 font-medium text-accent">
        {timeMs === null ? "Now" : `At ${format(timeMs)}`}
      </span>
      <span>min</span>
      <span>mean</span>
      <span>max</span>
    </div>
  );
}

const HEAVY_POINTS = 50_000;
const noLines: readonly ChartLine[] = [];
const noStats = { min: null, mean: null, max: null };

/** One row a line: its value at the cursor (or the newest), least, mean and most of what is visible. */
export function ChartLegend({ lines, reachMs }: { lines: readonly ChartLine[]; reachMs: number }) {
  const { timeMs } = useChartCursor();
  const { fromMs, toMs } = useChartFrame();
  // Of everything that is drawn: not again with each move of the cursor, and of very many points after the first paint.
  const isHeavy = lines.reduce((sum, { timesMs }) => sum + timesMs.length, 0) > HEAVY_POINTS;
  const counted = useDeferredValue(lines, isHeavy ? noLines : lines);
  const allStats = useMemo(
    () => counted.map((line) => columnStats({ ...line, fromMs, toMs })),
    [counted, fromMs, toMs],
  );
  return (
    <ul className="type-11 text-fg-2 max-md:flex max-md:flex-wrap max-md:gap-x-3">
      {lines.map((line, place) => {
        const stats = allStats[place] ?? noStats;
        const lastMs = line.timesMs.at(-1);
        const atMs = timeMs ?? lastMs;
        const under = atMs === undefined ? null : valueAt(line, atMs, reachMs);
        const value = timeMs === null && line.now !== undefined ? line.now : under;
        const text = (figure: number | null) => (figure === null ? NO_VALUE : line.format(figure));
        return (
          <li key={line.key} className={`${columns} text-right`}>
            <span className="flex min-w-0 items-center gap-1.5 text-left">
              <LegendKey line={line} />
              <span className="truncate">{line.label}</span>
            </span>
            <b className="font-semibold text-fg-1">{text(value)}</b>
            <span className="max-md:hidden">{text(stats.min)}</span>
            <span className="max-md:hidden">{text(stats.mean)}</span>
            <span className="max-md:hidden">{text(stats.max)}</span>
          </li>
        );
      })}
    </ul>
  );
}
