const SECOND_MS = 1_000;
const unitMs = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
} as const;
type Unit = keyof typeof unitMs;

/** The range of a page without `from` in its address. */
export const defaultSpanMs = 30 * unitMs.m;
export const shortestSpanMs = 10 * SECOND_MS;
/** The longest range that a history can be asked for. */
export const longestSpanMs = 31 * unitMs.d;

const LAST_TIME_MS = 8.64e15;

/**
 * A range in the address. `from` is an offset (`-30m`) or epoch ms; `to` is epoch ms, or null = now.
 * An offset counts back from `to`.
 */
export interface TimeRangeText {
  from: string | null;
  to: string | null;
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
  spanMs: number;
  /** True when the range ends now and moves on. */
  isRelative: boolean;
}

/**
 * Reads a range. What cannot be read counts as absent, a range turned round or too short becomes the shortest, one
 * too long keeps its end: an address from outside never breaks a page.
 */
export function parseTimeRange({ from, to }: TimeRangeText, nowMs: number): TimeRange {
  const absoluteToMs = parseEpochMs(to);
  const toMs = absoluteToMs ?? nowMs;
  const spanMs = Math.min(longestSpanMs, Math.max(shortestSpanMs, parseSpanMs(from, toMs)));
  return { fromMs: toMs - spanMs, toMs, spanMs, isRelative: absoluteToMs === null };
}

function parseSpanMs(from: string | null, toMs: number): number {
  const fromMs = parseEpochMs(from);
  if (fromMs !== null) return toMs - fromMs;
  return (from === null ? null : parseOffsetMs(from)) ?? defaultSpanMs;
}

/** `-30m` → 1,800,000; null when it is none. */
export function parseOffsetMs(text: string): number | null {
  const match = /^-(\d{1,9})([smhd])$/.exec(text);
  if (match?.[1] === undefined) return null;
  return Number(match[1]) * unitMs[match[2] as Unit];
}

/** 1,800,000 → `-30m`: the largest unit that divides it, rounded to a second. */
export function formatOffset(spanMs: number): string {
  const rounded = Math.max(SECOND_MS, Math.round(spanMs / SECOND_MS) * SECOND_MS);
  const unit = (["d", "h", "m"] as const).find((name) => rounded % unitMs[name] === 0) ?? "s";
  return `-${rounded / unitMs[unit]}${unit}`;
}

function parseEpochMs(text: string | null): number | null {
  if (text === null || !/^\d{1,16}$/.test(text)) return null;
  const atMs = Number(text);
  return atMs <= LAST_TIME_MS ? atMs : null;
}

/** A range that somebody chose: fixed, or the last `spanMs` and moving on. */
export type RangeChoice = { fromMs: number; toMs: number } | { spanMs: number };

/** The choice as it stands in the address; times are rounded to a millisecond. */
export function rangeText(choice: RangeChoice): TimeRangeText {
  if ("spanMs" in choice) return { from: formatOffset(choice.spanMs), to: null };
  return { from: String(Math.round(choice.fromMs)), to: String(Math.round(choice.toMs)) };
}

/** Half a span to the left (−1) or right (+1); a range that would end after now ends now and moves on. */
export function shiftRange(range: TimeRange, direction: -1 | 1, nowMs: number): RangeChoice {
  const toMs = range.toMs + (direction * range.spanMs) / 2;
  return reachesNow(toMs, range.spanMs, nowMs)
    ? { spanMs: range.spanMs }
    : { fromMs: toMs - range.spanMs, toMs };
}

/** Twice as long around the same middle; what would end after now ends now and moves on. */
export function zoomOut(range: TimeRange, nowMs: number): RangeChoice {
  const spanMs = Math.min(longestSpanMs, range.spanMs * 2);
  const toMs = range.toMs + (spanMs - range.spanMs) / 2;
  return range.isRelative || reachesNow(toMs, spanMs, nowMs)
    ? { spanMs }
    : { fromMs: toMs - spanMs, toMs };
}

// A hundredth of the span before now is a pixel or two at the right edge: whoever goes there means now.
function reachesNow(toMs: number, spanMs: number, nowMs: number): boolean {
  return toMs >= nowMs - spanMs / 100;
}

/**
 * What a person types for an end of a range, in the zone of the machine: `2026-11-20 14:02`, `14:02:30` (today),
 * ISO with or without zone, epoch ms. Null when it is no time.
 */
export function parseTypedTime(typed: string, nowMs: number): number | null {
  const text = typed.trim();
  const epochMs = /^\d{12,16}$/.test(text) ? parseEpochMs(text) : null;
  if (epochMs !== null) return epochMs;
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) {
    const [hours, minutes, seconds] = [clock[1], clock[2], clock[3] ?? "0"].map(Number);
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
    return new Date(nowMs).setHours(Number(hours), Number(minutes), Number(seconds), 0);
  }
  if (!/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}|$)/.test(text)) return null;
  // A date alone would be read as UTC, a date with a time as local.
  const local = text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
  const atMs = Date.parse(local);
  return Number.isNaN(atMs) || atMs < 0 ? null : atMs;
}

/** Text for the field of an end of a range, in the zone of the machine: `2026-11-20 14:02:30`. */
export function formatTypedTime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
