const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const stepsMs = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** The roll-ups that are kept. */
export const rollUpSeconds = [60, 3_600] as const;
export type RollUpSeconds = (typeof rollUpSeconds)[number];

export interface UsageRange {
  fromMs: number;
  toMs: number;
}

/**
 * The smallest of 1 min, 5 min, 1 h, 6 h, 1 d and whole days that gives no more points than asked for (one more where the range
 * begins within a step). Before `minutesSinceMs` there are no minutes any more, and an hour is the smallest.
 */
export function usageStepMs(
  { fromMs, toMs }: UsageRange,
  { maxPoints, minutesSinceMs }: { maxPoints: number; minutesSinceMs: number },
): number {
  const smallestMs = fromMs < minutesSinceMs ? HOUR_MS : MINUTE_MS;
  const fits = (stepMs: number) => stepMs >= smallestMs && (toMs - fromMs) / stepMs <= maxPoints;
  return stepsMs.find(fits) ?? DAY_MS * Math.ceil((toMs - fromMs) / DAY_MS / maxPoints);
}

/** The coarsest roll-up that makes up a step. */
export function rollUpOfStep(stepMs: number): RollUpSeconds {
  return stepMs % HOUR_MS === 0 ? 3_600 : 60;
}

/** A part of a range, to be read from one roll-up. */
export interface UsagePart extends UsageRange {
  stepSeconds: RollUpSeconds;
}

/**
 * A range to the minute, read from as few rows as can be: whole hours as hours, what is left at both ends as minutes. Before
 * `minutesSinceMs` the end is widened to its hour. Parts do not overlap; empty ones are left out.
 */
export function usageParts({ fromMs, toMs }: UsageRange, minutesSinceMs: number): UsagePart[] {
  const down = (atMs: number, stepMs: number) => Math.floor(atMs / stepMs) * stepMs;
  const up = (atMs: number, stepMs: number) => Math.ceil(atMs / stepMs) * stepMs;
  const start = fromMs < minutesSinceMs ? down(fromMs, HOUR_MS) : down(fromMs, MINUTE_MS);
  const end = toMs < minutesSinceMs ? up(toMs, HOUR_MS) : up(toMs, MINUTE_MS);
  const firstHour = up(start, HOUR_MS);
  const lastHour = down(end, HOUR_MS);
  const parts: UsagePart[] =
    firstHour >= lastHour
      ? [{ stepSeconds: 60, fromMs: start, toMs: end }]
      : [
          { stepSeconds: 60, fromMs: start, toMs: firstHour },
          { stepSeconds: 3_600, fromMs: firstHour, toMs: lastHour },
          { stepSeconds: 60, fromMs: lastHour, toMs: end },
        ];
  return parts.filter((part) => part.toMs > part.fromMs);
}
