/** Width of a bucket of utilisation: 5 % of the available tokens. The last bucket is everything from 135 % on. */
export const UTILIZATION_BUCKET = 0.05;
export const UTILIZATION_BUCKETS = 28;

/** Sizes fall into buckets whose borders grow by a fourth of an octave: bucket b holds sizes below 2^(b/4), from the one before on. */
const SIZE_BUCKETS_PER_OCTAVE = 4;
export const SIZE_BUCKETS = 112;

/** The product keeps a border in its own bucket: 0.15 / 0.05 is a hair below 3. */
const ROUNDING = 1e-9;

export function utilizationBucketOf(utilization: number): number {
  const bucket = Math.floor(utilization / UTILIZATION_BUCKET + ROUNDING);
  return Math.max(0, Math.min(UTILIZATION_BUCKETS - 1, bucket));
}

/** Bucket of a prompt of so many tokens; 0 holds the empty prompt alone. */
export function sizeBucketOf(tokens: number): number {
  if (tokens < 1) return 0;
  const bucket = Math.floor(Math.log2(tokens) * SIZE_BUCKETS_PER_OCTAVE) + 1;
  return Math.min(SIZE_BUCKETS - 1, bucket);
}

/** The smallest and the largest whole number of a bucket; of one that holds none, largest < smallest. */
export function sizeBucketRange(bucket: number): { smallest: number; largest: number } {
  if (bucket === 0) return { smallest: 0, largest: 0 };
  const border = (at: number) => Math.ceil(2 ** (at / SIZE_BUCKETS_PER_OCTAVE));
  return { smallest: border(bucket - 1), largest: border(bucket) - 1 };
}
