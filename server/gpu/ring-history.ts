import type { GpuHistorySelection, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { isBitField } from "@/domain/gpu/gpu-metric-facts";
import { alignRange, bucketStartsMs, rawPointLimit } from "@/domain/gpu/history-range";
import type { GpuRing, SamplePlace } from "./gpu-ring";
import type { StoredHistory } from "./gpu-store";

type Column = (number | null)[];

function headOf(ring: GpuRing, gpuUuid: string) {
  const newest = ring.newestOf(gpuUuid);
  return { gpuUuid, gpuIndex: newest?.gpuIndex ?? null, gpuName: newest?.gpuName ?? null };
}

const sourceAt = (place: SamplePlace) => place.columns.header(place.at).source;
const valueAt = (place: SamplePlace, metric: GpuMetric) => place.columns.value(metric, place.at);

function rawColumns(places: readonly SamplePlace[], metrics: readonly GpuMetric[]) {
  return {
    timesMs: places.map((place) => place.timeMs),
    counts: null,
    mean: Object.fromEntries(
      metrics.map((metric) => [metric, places.map((place) => valueAt(place, metric))]),
    ),
    min: null,
    max: null,
    sources: places.map(sourceAt),
  };
}

interface Buckets {
  fromMs: number;
  stepMs: number;
  startsMs: number[];
}

function metricBuckets(places: readonly SamplePlace[], metric: GpuMetric, buckets: Buckets) {
  const count = buckets.startsMs.length;
  const mean: Column = new Array<null>(count).fill(null);
  const min: Column = [...mean];
  const max: Column = [...mean];
  const samples = new Uint32Array(count);
  for (const place of places) {
    const value = valueAt(place, metric);
    if (value === null) continue;
    const i = Math.floor((place.timeMs - buckets.fromMs) / buckets.stepMs);
    const seen = samples[i] ?? 0;
    samples[i] = seen + 1;
    if (isBitField(metric)) {
      min[i] = (min[i] ?? value) & value;
      max[i] = mean[i] = (max[i] ?? 0) | value;
      continue;
    }
    mean[i] = (mean[i] ?? 0) + (value - (mean[i] ?? 0)) / (seen + 1);
    min[i] = Math.min(min[i] ?? value, value);
    max[i] = Math.max(max[i] ?? value, value);
  }
  return { mean, min, max };
}

function bucketColumns(
  places: readonly SamplePlace[],
  metrics: readonly GpuMetric[],
  buckets: Buckets,
) {
  const counts = new Array<number>(buckets.startsMs.length).fill(0);
  const sources: GpuHistorySeries["sources"] = counts.map(() => null);
  for (const place of places) {
    const i = Math.floor((place.timeMs - buckets.fromMs) / buckets.stepMs);
    counts[i] = (counts[i] ?? 0) + 1;
    sources[i] = sourceAt(place);
  }
  const columns = metrics.map(
    (metric) => [metric, metricBuckets(places, metric, buckets)] as const,
  );
  const pick = (name: "mean" | "min" | "max") =>
    Object.fromEntries(columns.map(([metric, column]) => [metric, column[name]]));
  return {
    timesMs: buckets.startsMs,
    counts,
    mean: pick("mean"),
    min: pick("min"),
    max: pick("max"),
    sources,
  };
}

/** What `GpuStore.readHistory` answers, from memory: only what the ring still holds. */
export function ringHistory(ring: GpuRing, selection: GpuHistorySelection): StoredHistory {
  const { metrics, stepMs } = selection;
  const range = alignRange(selection);
  const limit = stepMs === null ? rawPointLimit(selection) : Number.POSITIVE_INFINITY;
  let truncated = false;
  const series = selection.gpuUuids.map((gpuUuid) => {
    const places = ring.places(gpuUuid, range);
    truncated ||= places.length > limit;
    const columns =
      stepMs === null
        ? rawColumns(places.slice(-limit), metrics)
        : bucketColumns(places, metrics, {
            fromMs: range.fromMs,
            stepMs,
            startsMs: bucketStartsMs({ ...range, stepMs }),
          });
    const newestMs = places.at(-1)?.timeMs ?? -1;
    return { ...headOf(ring, gpuUuid), ...columns, knownUntilMs: newestMs + 1 };
  });
  return { series, truncated };
}
