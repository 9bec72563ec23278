import { formatClock, formatDay } from "./format-time";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14].map((days) => days * DAY_MS),
];

/**
 * Round times inside a range, at most `maxTicks`. Round in local time: `utcOffsetMs` is what the zone adds to UTC
 * (−60,000 × Date.getTimezoneOffset()).
 */
export function timeTicks(request: {
  fromMs: number;
  toMs: number;
  maxTicks: number;
  utcOffsetMs: number;
}): number[] {
  const { fromMs, toMs, maxTicks, utcOffsetMs } = request;
  const spanMs = toMs - fromMs;
  if (spanMs <= 0 || maxTicks < 1) return [];
  const stepMs = stepsMs.find((step) => spanMs / step <= maxTicks) ?? 28 * DAY_MS;
  const ticks: number[] = [];
  const firstMs = Math.ceil((fromMs + utcOffsetMs) / stepMs) * stepMs - utcOffsetMs;
  for (let atMs = firstMs; atMs <= toMs; atMs += stepMs) ticks.push(atMs);
  return ticks.slice(0, maxTicks);
}

/** Label of a tick: seconds under 15 minutes of range, the day over 24 hours. */
export function formatTick(
  atMs: number,
  axis: { spanMs: number; nowMs: number; timeZone?: string },
): string {
  const zone = axis.timeZone === undefined ? {} : { timeZone: axis.timeZone };
  const clock = formatClock(atMs, { seconds: axis.spanMs < 15 * MINUTE_MS, ...zone });
  if (axis.spanMs <= DAY_MS) return clock;
  const day = formatDay(atMs, { nowMs: axis.nowMs, ...zone });
  return axis.spanMs > 4 * DAY_MS || clock === "00:00" ? day : `${day} ${clock}`;
}
