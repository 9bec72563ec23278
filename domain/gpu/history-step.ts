// Free of zod: pages choose their step with it.

/**
 * Steps that a history can be asked in; multiples of each other, so that coarse buckets merge exactly. All begin at multiples
 * since 1970 (UTC): a bucket of a day is a day of UTC.
 */
export const historyStepsMs = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000,
] as const;
export type HistoryStepMs = (typeof historyStepsMs)[number];

const LONGEST_STEP_MS = 86_400_000;

/** The smallest offered step that keeps the range within `maxPoints`; never finer than the poll interval. */
export function chooseStepMs(range: {
  fromMs: number;
  toMs: number;
  maxPoints: number;
  pollIntervalMs: number;
}): HistoryStepMs {
  const lengthMs = range.toMs - range.fromMs;
  const fits = historyStepsMs.find(
    (step) => step >= range.pollIntervalMs && lengthMs / step <= range.maxPoints,
  );
  return fits ?? LONGEST_STEP_MS;
}
