/** Points × metrics × GPUs (× 3 for mean, min and max) that one answer may hold: some 10 MB of JSON. */
const MAX_NUMBERS = 1_000_000;
const MAX_RAW_POINTS = 11_000;

interface Range {
  fromMs: number;
  toMs: number;
  stepMs: number | null;
}

/** The range widened to whole buckets, which begin at multiples of the step since 1970 (UTC); raw ranges stay. */
export function alignRange(range: Range): { fromMs: number; toMs: number } {
  const { fromMs, toMs, stepMs } = range;
  if (stepMs === null) return { fromMs, toMs };
  return {
    fromMs: Math.floor(fromMs / stepMs) * stepMs,
    toMs: Math.ceil(toMs / stepMs) * stepMs,
  };
}

/** The starts of all buckets of an aligned range, in ms. */
export function bucketStartsMs(range: { fromMs: number; toMs: number; stepMs: number }): number[] {
  const count = Math.round((range.toMs - range.fromMs) / range.stepMs);
  return Array.from({ length: count }, (_, i) => range.fromMs + i * range.stepMs);
}

const DAY_MS = 86_400_000;
const READ_LIMIT_MS = 2_000;
const LONG_READ_LIMIT_MS = 5_000;

/** How long a read of this range may take: memory could answer a short one instead, but not one of days. */
export function readLimitMs(range: { fromMs: number; toMs: number }): number {
  return range.toMs - range.fromMs > DAY_MS ? LONG_READ_LIMIT_MS : READ_LIMIT_MS;
}

interface AnswerSize extends Range {
  gpuUuids: readonly string[];
  metrics: readonly string[];
}

/** Raw points a GPU, so that the whole answer stays within its bound. */
export function rawPointLimit(query: AnswerSize): number {
  return Math.min(
    MAX_RAW_POINTS,
    Math.floor(MAX_NUMBERS / (query.gpuUuids.length * query.metrics.length)),
  );
}

/** Points a series that an answer in buckets may have, of at most `maxPoints`, so that it stays within its bound. */
export function bucketLimit(
  query: Pick<AnswerSize, "gpuUuids" | "metrics"> & { maxPoints: number },
): number {
  // One bucket more is touched where a range does not begin with one.
  const inBound = Math.floor(MAX_NUMBERS / (query.gpuUuids.length * query.metrics.length * 3)) - 1;
  return Math.max(1, Math.min(query.maxPoints, inBound));
}

/** True when an answer in buckets would pass the bound: fewer GPUs or metrics, or a larger step, are needed. */
export function isTooLarge(query: AnswerSize): boolean {
  if (query.stepMs === null) return false;
  const { fromMs, toMs } = alignRange(query);
  const points = (toMs - fromMs) / query.stepMs;
  return points * query.gpuUuids.length * query.metrics.length * 3 > MAX_NUMBERS;
}
