import { dayFormatter } from "./day-formatter";

const HOUR_MS = 3_600_000;
/** No zone is further from UTC than 14 h. */
const FURTHEST_MS = 16 * HOUR_MS;

/** A day of a time zone: 23, 24 or 25 h long, sometimes half an hour more or less. */
export interface BudgetDay {
  /** As the calendar of the zone calls it: `2026-11-24`. */
  day: string;
  startMs: number;
  endMs: number;
}

/** The day in which a moment falls, by the calendar of an IANA time zone. Throws RangeError for a zone that is not known. */
export function budgetDayOf(atMs: number, timeZone: string): BudgetDay {
  const day = dayFormatter(timeZone)(atMs);
  return {
    day,
    startMs: startOf(day, timeZone),
    endMs: startOf(nextDay(day), timeZone),
  };
}

/** When the hour began in which a moment falls; hours are counted from the start of the day, so that none spans two days. */
export function budgetHourAtMs(atMs: number, { startMs }: Pick<BudgetDay, "startMs">): number {
  return startMs + Math.floor((atMs - startMs) / HOUR_MS) * HOUR_MS;
}

const starts = new Map<string, number>();
const MAX_STARTS = 1_000;

/**
 * The first moment that the zone's calendar calls that day (or a later one, where a day was left out): searched for, because midnight
 * is not on every clock: where summer begins at midnight, the day begins at 01:00.
 */
function startOf(day: string, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const dayAt = dayFormatter(timeZone);
  const midnightMs = Date.parse(`${day}T00:00:00Z`);
  let beforeMs = midnightMs - FURTHEST_MS;
  let afterMs = midnightMs + FURTHEST_MS;
  while (afterMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2);
    if (dayAt(middleMs) < day) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  if (starts.size >= MAX_STARTS) starts.clear();
  starts.set(key, afterMs);
  return afterMs;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
}
