/** A point of the recent past: the share of the memory that was used. */
export interface SharePoint {
  atMs: number;
  sharePercent: number;
}

/** When the critical threshold is reached if the memory goes on growing as it did lately. */
export interface CriticalForecast {
  /** From the newest point. */
  secondsToCritical: number;
  /** 0 to 1: how well a line describes the points, less where it is drawn out far. */
  confidence: number;
  /** Percent points a minute; always more than 0. */
  slopePerMinute: number;
  /** How much of the past it rests on. */
  spanSeconds: number;
}

/** How much of the past counts. */
export const FORECAST_WINDOW_MS = 300_000;
/** Points closer together than this become one, or the pairs would be too many. */
export const FORECAST_POINT_MS = 5_000;
const LEAST_POINTS = 5;
const LEAST_SPAN_MS = 30_000;
/** Beyond this nothing is said. */
const HORIZON_S = 1_800;
const LEAST_CONFIDENCE = 0.2;
/** Shorter pasts, for growth that began a moment ago: the whole window would still call it flat when it is over. */
const SHORT_WINDOWS_MS = [120_000, 45_000];
/** Few points fit a line by chance more easily: a shorter past counts from here on, and only where the longer one is less sure. */
const SHORT_CONFIDENCE = 0.6;

/**
 * The time until `criticalPercent` is reached, or null: too few points, memory that is flat or falls, reached already, more
 * than 30 min away, or points that no line describes.
 *
 * The points are taken whole, and where that is not sure, their last 120 s, then 45 s. For each:
 *
 * Slope b: the median of the slopes between all pairs of points (Theil–Sen: a third of the points may be anywhere). Level a:
 * the median of the points with the slope taken out. Then `seconds = (critical − a) ÷ b`, with a at the newest point.
 * Confidence: `fit × min(1, 2 × span ÷ seconds)`, with `fit = 1 − median|point − line| ÷ median|point − median|`, never
 * below 0: a straight line is 1, noise about 0, and a line drawn out over more than twice its own length loses in proportion.
 */
export function forecastCritical(
  points: readonly SharePoint[],
  criticalPercent: number,
): CriticalForecast | null {
  const endMs = points.at(-1)?.atMs ?? 0;
  let best = forecastOver(points, criticalPercent);
  for (const windowMs of SHORT_WINDOWS_MS) {
    if (best && best.confidence >= SHORT_CONFIDENCE) return best;
    const recent = points.filter(({ atMs }) => endMs - atMs <= windowMs);
    const forecast = recent.length < points.length ? forecastOver(recent, criticalPercent) : null;
    if (forecast && forecast.confidence >= SHORT_CONFIDENCE) best = forecast;
  }
  return best;
}

/** The forecast from exactly these points. */
function forecastOver(
  points: readonly SharePoint[],
  criticalPercent: number,
): CriticalForecast | null {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < LEAST_POINTS) return null;
  const spanMs = last.atMs - first.atMs;
  if (spanMs < LEAST_SPAN_MS || last.sharePercent >= criticalPercent) return null;
  const line = robustLine(points, last.atMs);
  if (line === null || line.slopePerSecond <= 0) return null;
  const secondsToCritical = (criticalPercent - line.level) / line.slopePerSecond;
  if (secondsToCritical <= 0 || secondsToCritical > HORIZON_S) return null;
  const spanSeconds = spanMs / 1_000;
  const confidence = line.fit * Math.min(1, (2 * spanSeconds) / secondsToCritical);
  if (confidence < LEAST_CONFIDENCE) return null;
  return {
    secondsToCritical,
    confidence,
    slopePerMinute: line.slopePerSecond * 60,
    spanSeconds,
  };
}

/** The line through points by medians: its level at `atMs`, its slope, and how much of the spread it explains (0 to 1). */
function robustLine(points: readonly SharePoint[], atMs: number) {
  const slopes: number[] = [];
  for (const [index, left] of points.entries())
    for (const right of points.slice(index + 1)) {
      const seconds = (right.atMs - left.atMs) / 1_000;
      if (seconds > 0) slopes.push((right.sharePercent - left.sharePercent) / seconds);
    }
  if (slopes.length === 0) return null;
  const slopePerSecond = medianOf(slopes);
  const flattened = points.map(
    (point) => point.sharePercent + (slopePerSecond * (atMs - point.atMs)) / 1_000,
  );
  const level = medianOf(flattened);
  const middle = medianOf(points.map(({ sharePercent }) => sharePercent));
  const left = medianOf(flattened.map((share) => Math.abs(share - level)));
  const spread = medianOf(points.map(({ sharePercent }) => Math.abs(sharePercent - middle)));
  return { level, slopePerSecond, fit: spread === 0 ? 0 : Math.max(0, 1 - left / spread) };
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
