import { findGaps, type SeriesGap } from "../chart/series-gap";
import type { UsageHistory, UsagePoint } from "./usage-history";

/** Columns of one series of the history, as charts take them; percentiles are its envelope. */
export interface UsageLine {
  service: string;
  model: string;
  timesMs: number[];
  mean: (number | null)[];
  p5: (number | null)[];
  p95: (number | null)[];
  /** Prompts of each step. */
  prompts: number[];
  /** Where this service asked nothing for longer than a step or two. */
  gaps: SeriesGap[];
}

interface UsageWindow {
  fromMs: number;
  toMs: number;
}

/** Steps without a prompt are no points, so a line ends there: no prompt is not a prompt of 0 tokens. */
export function usageLines({ series, stepMs }: UsageHistory, window: UsageWindow): UsageLine[] {
  return series.map(({ service, model, points }) => {
    const asked = points.filter((point) => point.prompts > 0);
    const timesMs = asked.map(({ atMs }) => atMs);
    const column = (of: (point: UsagePoint) => number | null) => asked.map(of);
    return {
      service,
      model,
      timesMs,
      mean: column((point) => point.meanTokens),
      p5: column((point) => point.p5Tokens),
      p95: column((point) => point.p95Tokens),
      prompts: asked.map((point) => point.prompts),
      gaps: promptGaps(timesMs, { ...window, stepMs }),
    };
  });
}

/** The newest step is not over, and the one before it may still be written: only after them is silence one. */
const TAIL_TOLERANCE_STEPS = 2;

function promptGaps(timesMs: readonly number[], window: UsageWindow & { stepMs: number }) {
  const { stepMs } = window;
  return findGaps({
    timesMs,
    isPresent: () => true,
    cadenceMs: stepMs,
    tailToleranceMs: TAIL_TOLERANCE_STEPS * stepMs,
    ...window,
  }).map((gap): SeriesGap => ({ ...gap, reason: "no-prompts" }));
}
