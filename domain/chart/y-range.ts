export interface YRange {
  min: number;
  max: number;
}

/** A range that was shown, and since when it is wider than the data need (null: it is not). */
export interface SettledRange extends YRange {
  tooWideSinceMs: number | null;
}

const SHRINK_AFTER_MS = 30_000;
const HEADROOM = 0.08;

/** Lowest and highest of all finite values in some columns, with some room; null without any value. */
export function fitRange(columns: readonly (readonly (number | null)[])[]): YRange | null {
  let min = Infinity;
  let max = -Infinity;
  for (const column of columns)
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- an iterator takes twice as long, and the first paint waits for tens of thousands of values
    for (let index = 0; index < column.length; index += 1) {
      const value = column[index] ?? null;
      if (value === null) continue;
      if (value < min && value !== -Infinity) min = value;
      if (value > max && value !== Infinity) max = value;
    }
  if (min > max) return null;
  const room = max > min ? (max - min) * HEADROOM : Math.max(1, Math.abs(max) * HEADROOM);
  return { min: min >= 0 ? Math.max(0, min - room) : min - room, max: max + room };
}

/** A live chart must not jump: its range grows at once and shrinks only after 30 s of being too wide. */
export function settleRange(
  shown: SettledRange | null,
  wanted: YRange,
  nowMs: number,
): SettledRange {
  if (shown === null) return { ...wanted, tooWideSinceMs: null };
  const grown = { min: Math.min(shown.min, wanted.min), max: Math.max(shown.max, wanted.max) };
  const isTooWide = grown.min < wanted.min || grown.max > wanted.max;
  if (!isTooWide) return { ...grown, tooWideSinceMs: null };
  const sinceMs = shown.tooWideSinceMs ?? nowMs;
  if (nowMs - sinceMs >= SHRINK_AFTER_MS) return { ...wanted, tooWideSinceMs: null };
  return { ...grown, tooWideSinceMs: sinceMs };
}
