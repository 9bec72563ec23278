/** A stretch of the time axis that must not be bridged by a line, and why. */
export interface SeriesGap {
  fromMs: number;
  toMs: number;
  /** no-samples: nothing was recorded · no-value: samples came, this value was missing in them · no-prompts: nobody asked anything */
  reason: "no-samples" | "no-value" | "no-prompts";
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
  /** How often the next point is due after point `index`, where it differs from point to point: a value that a source reads on a slower beat. */
  cadenceMsAt?: ((index: number) => number) | undefined;
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
  const { timesMs, isPresent, stepMs, fromMs, toMs } = search;
  const gaps: SeriesGap[] = [];
  let previous: number | null = null;
  let previousEndMs: number | null = null;
  for (let index = 0; index < timesMs.length; index += 1) {
    const timeMs = timesMs[index];
    if (timeMs === undefined || !isPresent(index)) continue;
    const startMs: number = previousEndMs ?? fromMs;
    const emptyMs = timeMs - startMs;
    if (emptyMs > limitAfter(search, previous ?? index))
      addGap(gaps, search, { startMs, endMs: timeMs });
    previous = index;
    previousEndMs = timeMs + stepMs;
  }
  const tailStartMs = tailStart(search, previousEndMs);
  const tailLimitMs =
    previous === null ? 0 : Math.max(limitAfter(search, previous), search.tailToleranceMs);
  if (toMs - tailStartMs > tailLimitMs) addGap(gaps, search, { startMs: tailStartMs, endMs: toMs });
  return gaps;
}

/** How long nothing may come after a point before it is a gap. */
function limitAfter({ cadenceMs, cadenceMsAt }: GapSearch, index: number): number {
  return GAP_AFTER_CADENCES * (cadenceMsAt?.(index) ?? cadenceMs);
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
 * Stretches in which samples came without this value. `column` is parallel to `timesMs`; runs that are no longer than
 * jitter are left out, and so is what a gap of samples explains: a slow value is missing a beat before and after it, too.
 */
export function findMissingValues(
  search: GapSearch,
  column: readonly (number | null)[],
): SeriesGap[] {
  const sampleGaps = findGaps({ ...search, cadenceMsAt: undefined });
  const hasValue = (index: number) => search.isPresent(index) && (column[index] ?? null) !== null;
  const { timesMs, stepMs } = search;
  return findGaps({ ...search, isPresent: hasValue })
    .filter((gap) => {
      const silentMs = sampleGaps.reduce((sum, known) => sum + overlapMs(known, gap), 0);
      if (silentMs === 0) return true;
      const before = timesMs.findLastIndex((timeMs) => timeMs + stepMs <= gap.fromMs);
      const limitMs = limitAfter(search, Math.max(0, before));
      return gap.toMs - gap.fromMs - silentMs > Math.max(limitMs, stepMs);
    })
    .map((gap) => ({ ...gap, reason: "no-value" as const }));
}

function overlapMs(left: SeriesGap, right: SeriesGap): number {
  return Math.max(0, Math.min(left.toMs, right.toMs) - Math.max(left.fromMs, right.fromMs));
}

/** A stretch that holds at most this long between two points is jitter: what is drawn goes on over it. */
export function jitterMs(cadenceMs: number): number {
  return GAP_AFTER_CADENCES * cadenceMs;
}

/** What is a gap in each of several lists: only there may a plot of them all be hatched. */
export function overlapOfGaps(lists: readonly (readonly SeriesGap[])[]): SeriesGap[] {
  const [first = [], ...others] = lists;
  return others.reduce<SeriesGap[]>((shared, gaps) => overlap(shared, gaps), [...first]);
}

function overlap(left: readonly SeriesGap[], right: readonly SeriesGap[]): SeriesGap[] {
  return left.flatMap((a) =>
    right.flatMap((b): SeriesGap[] => {
      const fromMs = Math.max(a.fromMs, b.fromMs);
      const toMs = Math.min(a.toMs, b.toMs);
      return toMs > fromMs ? [{ fromMs, toMs, reason: "no-samples" }] : [];
    }),
  );
}
