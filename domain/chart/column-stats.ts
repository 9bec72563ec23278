import type { Column } from "./break-at-gaps";
import { firstIndexFrom } from "./nearest-index";

export interface ColumnStats {
  min: number | null;
  mean: number | null;
  max: number | null;
}

export interface StatsInput {
  timesMs: readonly number[];
  mean: Column;
  /** Envelopes of buckets; null for raw samples. */
  min: Column | null;
  max: Column | null;
  /** Samples in each bucket, the weight of its mean; null for raw samples. */
  counts: readonly number[] | null;
  fromMs: number;
  toMs: number;
}

/** Least, mean (each sample counts once) and most of what lies in `fromMs…toMs`; nulls are left out. */
export function columnStats(input: StatsInput): ColumnStats {
  const start = firstIndexFrom(input.timesMs, input.fromMs);
  const end = firstIndexFrom(input.timesMs, input.toMs + 1);
  const found = { min: Infinity, max: -Infinity, sum: 0, weights: 0 };
  for (let index = start; index < end; index += 1) {
    const mean = input.mean[index];
    if (mean === null || mean === undefined) continue;
    const weight = input.counts?.[index] ?? 1;
    found.min = Math.min(found.min, input.min?.[index] ?? mean);
    found.max = Math.max(found.max, input.max?.[index] ?? mean);
    found.sum += mean * weight;
    found.weights += weight;
  }
  if (found.weights === 0) return { min: null, mean: null, max: null };
  return { min: found.min, mean: found.sum / found.weights, max: found.max };
}
