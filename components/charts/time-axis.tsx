"use client";
import { formatTick, timeTicks } from "@/domain/time/time-ticks";
import { percentOf, useChartCursor, useChartFrame } from "./chart-context";

const MAX_TICKS = 7;
const CURSOR_LABEL_PERCENT = 7;

/** Round local times below the plots; the tick that the cursor's label would cover is left out. */
export function TimeAxis() {
  const frame = useChartFrame();
  const { timeMs } = useChartCursor();
  const spanMs = frame.toMs - frame.fromMs;
  const cursorAt = timeMs === null ? null : percentOf(timeMs, frame);
  const ticks = timeTicks({
    fromMs: frame.fromMs,
    toMs: frame.toMs,
    maxTicks: MAX_TICKS,
    utcOffsetMs: -60_000 * new Date(frame.toMs).getTimezoneOffset(),
  });
  return (
    <div aria-hidden="true" className="relative h-4 type-11 text-chart-axis">
      {ticks.map((atMs) => {
        const left = percentOf(atMs, frame);
        const isCovered = cursorAt !== null && Math.abs(left - cursorAt) < CURSOR_LABEL_PERCENT;
        if (isCovered || left < 2 || left > 98) return null;
        return (
          <span
            key={atMs}
            style={{ left: `${left}%` }}
            className="absolute -translate-x-1/2 whitespace-nowrap max-md:nth-[even]:hidden"
          >
            {formatTick(atMs, { spanMs, nowMs: frame.toMs })}
          </span>
        );
      })}
    </div>
  );
}
