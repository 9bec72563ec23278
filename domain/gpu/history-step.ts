// Free of zod: pages choose their step with it.

/** Steps that a history can be asked in; multiples of each other, so that coarse buckets merge exactly. */
export const historyStepsMs = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
] as const;

/** The smallest offered step that keeps the range within `maxPoints`; never finer than the poll interval. */
export function chooseStepMs(range: {
  fromMs: number;
  toMs: number;
  maxPoints: number;
  pollIntervalMs: number;
}): (typeof historyStepsMs)[number] {
  const lengthMs = range.toMs - range.fromMs;
  const fits = historyStepsMs.find(
    (step) => step >= range.pollIntervalMs && lengthMs / step <= range.maxPoints,
  );
  return fits ?? 3_600_000;
}
