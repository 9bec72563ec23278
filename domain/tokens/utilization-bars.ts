import { UTILIZATION_BUCKET, UTILIZATION_BUCKETS } from "./utilization-buckets";

/** One bar of a histogram of utilisation: parts from the bottom up. */
export interface UtilizationBar {
  /** Share of the available tokens at which it begins, in percent. The last one has no end. */
  fromPercent: number;
  /** Prompts that fitted, one a row, in the order of the rows. */
  fitted: readonly number[];
  /** Over, and the server answered all the same; or refused. */
  over: number;
  /** Cut by the server without an error. */
  cut: number;
  total: number;
}

interface BarRow {
  utilizationCounts: readonly number[];
  cutCounts: readonly number[];
}

/** Percent at which the bucket begins that only holds prompts of at least all that is available. */
const FULL_BUCKET = Math.round(1 / UTILIZATION_BUCKET);

/**
 * Bars of 5 % each. A prompt that was cut is counted as cut alone; the others from 100 % on as over, below as fitted. (One that fills
 * its context to the token stands in the bar of 100 to 105 %, although it fits: `over` of the rows is exact.)
 */
export function utilizationBars(rows: readonly BarRow[]): UtilizationBar[] {
  return Array.from({ length: UTILIZATION_BUCKETS }, (_, bucket) => {
    const cuts = rows.map(({ cutCounts }) => cutCounts[bucket] ?? 0);
    const uncut = rows.map(({ utilizationCounts }, place) =>
      Math.max(0, (utilizationCounts[bucket] ?? 0) - (cuts[place] ?? 0)),
    );
    const isFull = bucket >= FULL_BUCKET;
    const cut = sumOf(cuts);
    const rest = sumOf(uncut);
    return {
      fromPercent: Math.round(bucket * UTILIZATION_BUCKET * 100),
      fitted: isFull ? uncut.map(() => 0) : uncut,
      over: isFull ? rest : 0,
      cut,
      total: rest + cut,
    };
  });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
