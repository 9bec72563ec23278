import { sizeBucketRange } from "./utilization-buckets";

/**
 * The percentile of sizes that are known by bucket only (utilization-buckets.ts), by nearest rank; null of none. The sizes of a bucket are
 * taken as evenly spread over it, so an answer lies in the bucket of the true value: it is off by less than a fourth of an octave
 * (18.9 % of the true value), and exact below 8 tokens. `largest`: the largest size there is, which no answer passes.
 */
export function percentileOfSizes(
  counts: readonly number[],
  share: number,
  largest: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rank = Math.max(1, Math.ceil(share * total));
  for (const [bucket, count] of counts.entries()) {
    if (rank > count) {
      rank -= count;
      continue;
    }
    const range = sizeBucketRange(bucket);
    const place = count === 1 ? 0.5 : (rank - 1) / (count - 1);
    const size = range.smallest + place * Math.max(0, range.largest - range.smallest);
    return Math.min(largest, Math.round(size));
  }
  return largest;
}
