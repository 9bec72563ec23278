import type { GpuHistorySeries } from "../gpu/gpu-history";
import type { GpuMetric } from "../gpu/gpu-metric";
import type { GpuSample } from "../gpu/gpu-sample";
import { firstIndexFrom } from "./nearest-index";

type MutableColumn = (number | null)[];
type Columns = Partial<Record<GpuMetric, MutableColumn>>;

/** What a live tail needs to know besides the columns. */
export interface LiveTail {
  /** Bucket width of the history; null = raw samples. */
  stepMs: number | null;
  metrics: readonly GpuMetric[];
  /** Start of the window that is shown; older points are dropped. */
  windowFromMs: number;
}

/** A series without points, for a GPU that the history does not know yet. */
export function emptySeries(
  sample: Pick<GpuSample, "gpuUuid" | "gpuIndex" | "gpuName">,
  tail: Pick<LiveTail, "metrics" | "stepMs">,
): GpuHistorySeries {
  const columns = (): Columns => Object.fromEntries(tail.metrics.map((metric) => [metric, []]));
  const isRaw = tail.stepMs === null;
  return {
    gpuUuid: sample.gpuUuid,
    gpuIndex: sample.gpuIndex,
    gpuName: sample.gpuName,
    timesMs: [],
    counts: isRaw ? null : [],
    mean: columns(),
    min: isRaw ? null : columns(),
    max: isRaw ? null : columns(),
    sources: [],
    knownUntilMs: 0,
  };
}

/**
 * A new series with the samples put at its end: doubles (a known time, or one that the history covers) are
 * dropped, buckets take the sample into their count, mean, least and most, and points before the window go.
 * The given series is left as it is.
 */
export function appendSamples(
  series: GpuHistorySeries,
  samples: readonly GpuSample[],
  tail: LiveTail,
): GpuHistorySeries {
  const next = copyFrom(series, tail);
  for (const sample of samples) {
    if (sample.recordedAtMs < series.knownUntilMs) continue;
    if (tail.stepMs === null) appendRaw(next, sample, tail.metrics);
    else appendToBucket(next, sample, { stepMs: tail.stepMs, metrics: tail.metrics });
  }
  return next;
}

function copyFrom(series: GpuHistorySeries, tail: LiveTail): GpuHistorySeries {
  const cut = firstIndexFrom(series.timesMs, tail.windowFromMs - (tail.stepMs ?? 0));
  const columns = (source: GpuHistorySeries["mean"]): Columns =>
    Object.fromEntries(
      tail.metrics.map((metric) => [
        metric,
        source[metric]?.slice(cut) ??
          Array.from({ length: series.timesMs.length - cut }, () => null),
      ]),
    );
  return {
    ...series,
    timesMs: series.timesMs.slice(cut),
    counts: series.counts?.slice(cut) ?? null,
    mean: columns(series.mean),
    min: series.min && columns(series.min),
    max: series.max && columns(series.max),
    sources: series.sources.slice(cut),
  };
}

function appendRaw(series: GpuHistorySeries, sample: GpuSample, metrics: readonly GpuMetric[]) {
  const position = firstIndexFrom(series.timesMs, sample.recordedAtMs);
  if (series.timesMs[position] === sample.recordedAtMs) return;
  series.timesMs.splice(position, 0, sample.recordedAtMs);
  series.sources.splice(position, 0, sample.source);
  for (const metric of metrics) series.mean[metric]?.splice(position, 0, sample.values[metric]);
}

function appendToBucket(
  series: GpuHistorySeries,
  sample: GpuSample,
  bucket: { stepMs: number; metrics: readonly GpuMetric[] },
) {
  const startMs = Math.floor(sample.recordedAtMs / bucket.stepMs) * bucket.stepMs;
  fillUntil(series, startMs, bucket);
  const index = firstIndexFrom(series.timesMs, startMs);
  if (series.timesMs[index] !== startMs || series.counts === null) return;
  const count = series.counts[index] ?? 0;
  series.counts[index] = count + 1;
  series.sources[index] = sample.source;
  for (const metric of bucket.metrics) {
    const value = sample.values[metric];
    if (value !== null) mergeValue(series, { metric, index, value, count });
  }
}

/** Empty buckets up to and with `startMs`; a bucket without samples holds nulls, as in the server's answer. */
function fillUntil(
  series: GpuHistorySeries,
  startMs: number,
  bucket: { stepMs: number; metrics: readonly GpuMetric[] },
) {
  let lastMs = series.timesMs.at(-1) ?? startMs - bucket.stepMs;
  while (lastMs < startMs) {
    lastMs += bucket.stepMs;
    series.timesMs.push(lastMs);
    series.counts?.push(0);
    series.sources.push(null);
    for (const columns of [series.mean, series.min, series.max])
      for (const metric of bucket.metrics) columns?.[metric]?.push(null);
  }
}

function mergeValue(
  series: GpuHistorySeries,
  point: { metric: GpuMetric; index: number; value: number; count: number },
) {
  const { metric, index, value, count } = point;
  const mean = series.mean[metric];
  const low = series.min?.[metric];
  const high = series.max?.[metric];
  if (!mean || !low || !high) return;
  const known = mean[index] ?? null;
  mean[index] = known === null ? value : (known * count + value) / (count + 1);
  low[index] = Math.min(low[index] ?? value, value);
  high[index] = Math.max(high[index] ?? value, value);
}
