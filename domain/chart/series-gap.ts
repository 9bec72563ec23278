/** A stretch of the time axis that must not be bridged by a line, and why. */
export interface SeriesGap {
  fromMs: number;
  toMs: number;
  /** no-samples: nothing was recorded · no-value: samples came, this value was missing in them */
  reason: "no-samples" | "no-value";
}

/** More than this many cadences between two samples is a gap; less is jitter. */
const GAP_AFTER_CADENCES = 2.5;

export interface GapSearch {
  timesMs: readonly number[];
  /** True where a point exists: a sample (raw), or a bucket with at least one sample. */
  isPresent: (index: number) => boolean;
  /** Width of a bucket; 0 for raw samples. */
  stepMs: number;
  cadenceMs: number;
  fromMs: number;
  toMs: number;
  /** Time of the newest sample, where it is known more exactly than by its bucket. */
  newestMs?: number | null;
  /** How long the newest sample may be on its way before its absence counts; the rule for staleness. */
  tailToleranceMs: number;
}

/**
 * Finds where samples are missing. Of two points the empty span is what lies between the end of the
 * first bucket and the start of the next one:
 *
 *     [ t_i ......)            [ t_j ......)
 *      t_i + step └── empty ──┘ t_j
 *
 * Two samples are at least that far apart, so what is called a gap is one; one empty bucket of one cadence is
 * jitter (two samples fell into its neighbour).
 */
export function findGaps(search: GapSearch): SeriesGap[] {
  const { timesMs, isPresent, stepMs, cadenceMs, fromMs, toMs } = search;
  const gaps: SeriesGap[] = [];
  const limitMs = GAP_AFTER_CADENCES * cadenceMs;
  let previousEndMs: number | null = null;
  for (let index = 0; index < timesMs.length; index += 1) {
    const timeMs = timesMs[index];
    if (timeMs === undefined || !isPresent(index)) continue;
    const startMs: number = previousEndMs ?? fromMs;
    const emptyMs = timeMs - startMs;
    if (emptyMs > limitMs) addGap(gaps, search, { startMs, endMs: timeMs });
    previousEndMs = timeMs + stepMs;
  }
  const tailStartMs = tailStart(search, previousEndMs);
  const tailLimitMs = previousEndMs === null ? 0 : Math.max(limitMs, search.tailToleranceMs);
  if (toMs - tailStartMs > tailLimitMs) addGap(gaps, search, { startMs: tailStartMs, endMs: toMs });
  return gaps;
}

/** Where silence at the end begins: at the newest sample if it lies in the last bucket, else at that bucket's end. */
function tailStart({ newestMs = null, stepMs, fromMs }: GapSearch, lastEndMs: number | null) {
  if (lastEndMs === null) return fromMs;
  const isInLastBucket =
    newestMs !== null && newestMs >= lastEndMs - stepMs && newestMs <= lastEndMs;
  return isInLastBucket ? newestMs : lastEndMs;
}

function addGap(gaps: SeriesGap[], range: GapSearch, span: { startMs: number; endMs: number }) {
  const fromMs = Math.max(span.startMs, range.fromMs);
  const toMs = Math.min(span.endMs, range.toMs);
  if (toMs > fromMs) gaps.push({ fromMs, toMs, reason: "no-samples" });
}

/**
 * Stretches in which samples came without this value. `column` is parallel to `timesMs`; runs that are
 * no longer than jitter are left out, and so is what lies inside a gap of samples.
 */
export function findMissingValues(
  search: GapSearch,
  column: readonly (number | null)[],
): SeriesGap[] {
  const sampleGaps = findGaps(search);
  const withoutValue = findGaps({
    ...search,
    isPresent: (index) => search.isPresent(index) && (column[index] ?? null) !== null,
  });
  return withoutValue
    .filter((gap) => !sampleGaps.some((known) => sameSpan(known, gap, search.stepMs)))
    .map((gap) => ({ ...gap, reason: "no-value" as const }));
}

function sameSpan(known: SeriesGap, gap: SeriesGap, stepMs: number): boolean {
  return Math.abs(known.fromMs - gap.fromMs) <= stepMs && Math.abs(known.toMs - gap.toMs) <= stepMs;
}
