/** Calls by their ratio, in steps of 1 % from −100 % on; what is beyond +100 % is in the last. Lists end with their last call. */
export type RatioCounts = readonly number[];

const STEP = 0.01;
const LOWEST = -1;
const STEPS = 200;
/** Makes the median of distances the standard deviation of a normal distribution. */
const NORMAL = 1.4826;

export function ratioStepOf(ratio: number): number {
  const step = Math.floor((ratio - LOWEST) / STEP + 1e-9);
  return Math.min(STEPS - 1, Math.max(0, step));
}

/** The middle ratio, and how far ratios are from it; null without a call. Both exact to a step. */
export function medianDeviation(
  counts: RatioCounts,
): { calls: number; median: number; deviation: number } | null {
  const ratios = counts.map((count, step) => ({ value: LOWEST + (step + 0.5) * STEP, count }));
  const middle = medianOf(ratios);
  if (!middle) return null;
  const distances = ratios.map(({ value, count }) => ({
    value: Math.abs(value - middle.median),
    count,
  }));
  return { ...middle, deviation: NORMAL * (medianOf(distances)?.median ?? 0) };
}

function medianOf(
  values: readonly { value: number; count: number }[],
): { calls: number; median: number } | null {
  const calls = values.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  for (const { value, count } of values.toSorted((a, b) => a.value - b.value)) {
    before += count;
    if (count > 0 && before * 2 >= calls) return { calls, median: value };
  }
  return null;
}
