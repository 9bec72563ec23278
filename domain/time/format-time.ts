const DAY_MS = 86_400_000;

// Making an Intl formatter costs more than a hundred uses of it.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(parts);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", ...parts });
  formatters.set(key, made);
  return made;
}

/** `timeZone` is an IANA name; without it the browser's own zone. */
interface ClockOptions {
  seconds?: boolean;
  timeZone?: string | undefined;
}

/** Local wall time: `14:32`, with seconds `14:32:08`. */
export function formatClock(atMs: number, { seconds = false, timeZone }: ClockOptions = {}) {
  return formatterFor({
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
    ...(timeZone !== undefined && { timeZone }),
  }).format(atMs);
}

/** Local day: `20 Nov`; with another year than `nowMs` also the year. */
export function formatDay(atMs: number, { nowMs, timeZone }: { nowMs: number; timeZone?: string }) {
  const zone = timeZone === undefined ? {} : { timeZone };
  const year = formatterFor({ year: "numeric", ...zone });
  const withYear = year.format(atMs) === year.format(nowMs) ? {} : { year: "numeric" as const };
  return formatterFor({ day: "numeric", month: "short", ...withYear, ...zone }).format(atMs);
}

/** Short name of the local zone at that time: `CET`, `UTC`, `GMT-5`. */
export function formatZone(atMs: number, timeZone?: string): string {
  const parts = formatterFor({
    timeZoneName: "short",
    ...(timeZone !== undefined && { timeZone }),
  }).formatToParts(atMs);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** UTC in ISO 8601, for hovers and copies: `2026-11-20T13:32:08.000Z`. */
export function formatIso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/**
 * A range for the top bar, without its zone: `14:02 – 14:32`; over a day border `19 Nov 23:50 – 20 Nov 00:20`;
 * seconds below 5 minutes.
 */
export function formatRange(
  range: { fromMs: number; toMs: number },
  { nowMs, timeZone }: { nowMs: number; timeZone?: string },
): string {
  const spanMs = range.toMs - range.fromMs;
  const options = { seconds: spanMs < 5 * 60_000, timeZone };
  const zone = timeZone === undefined ? { nowMs } : { nowMs, timeZone };
  const fromDay = formatDay(range.fromMs, zone);
  const toDay = formatDay(range.toMs, zone);
  const from = formatClock(range.fromMs, options);
  const to = formatClock(range.toMs, options);
  if (fromDay !== toDay && spanMs >= 2 * DAY_MS) return `${fromDay} – ${toDay}`;
  if (fromDay !== toDay) return `${fromDay} ${from} – ${toDay} ${to}`;
  return toDay === formatDay(nowMs, zone) ? `${from} – ${to}` : `${toDay} ${from} – ${to}`;
}
