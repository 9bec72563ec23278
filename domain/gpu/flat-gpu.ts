import type { LatestGpu } from "./gpu-fleet";
import type { GpuMetric } from "./gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import { type GpuSample, isSimulated } from "./gpu-sample";

type FlatValue = number | string | boolean | null | Readonly<Record<string, string | number>>;

/** One GPU in the prescribed flat form of `/api/system/gpu` and `/ws/system`. Keys are added, never renamed. */
export type FlatGpu = Readonly<Record<string, FlatValue>>;

/** Reasons by the flat key of the value that is null. */
function flatMissing(sample: GpuSample): Record<string, string> {
  const entries = gpuMetrics.flatMap((metric) => {
    const reason = sample.missing[metric];
    return reason ? [[gpuMetricFacts[metric].key, reason] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** How much older than the sample a value is, by its flat key; only of values that were not read with it. */
function flatAges({ sample, carriedFromMs }: LatestGpu): Record<string, number> {
  const entries = gpuMetrics.flatMap((metric) => {
    const readAtMs = carriedFromMs[metric];
    return readAtMs === undefined
      ? []
      : [[gpuMetricFacts[metric].key, sample.recordedAtMs - readAtMs] as const];
  });
  return Object.fromEntries(entries);
}

function flatValues(read: (metric: GpuMetric) => number | null): Record<string, number | null> {
  return Object.fromEntries(gpuMetrics.map((metric) => [gpuMetricFacts[metric].key, read(metric)]));
}

const noGpu: FlatGpu = {
  gpu_name: null,
  ...flatValues(() => null),
  gpu_utilization: null,
  recorded_at: null,
  source: null,
  simulated: false,
  stale: true,
  gpu_index: null,
  gpu_uuid: null,
  missing: null,
  host: null,
  vendor: null,
  memory_kind: null,
  parent_uuid: null,
  mig_profile: null,
  value_ages_ms: null,
};

/**
 * The 26 keys of the prescribed format (docs/api.md) in their order, then the alias `gpu_utilization`, `recorded_at` (ISO 8601, UTC),
 * `source`, `simulated`, `stale`, `gpu_index`, `gpu_uuid` and `missing` (why a value is null). Without a GPU all values are null.
 */
export function flatGpu(latest: LatestGpu | null): FlatGpu {
  if (!latest) return noGpu;
  const { sample, stale } = latest;
  return {
    gpu_name: sample.gpuName,
    ...flatValues((metric) => sample.values[metric]),
    gpu_utilization: sample.values.utilizationPercent,
    recorded_at: new Date(sample.recordedAtMs).toISOString(),
    source: sample.source,
    simulated: isSimulated(sample),
    stale,
    gpu_index: sample.gpuIndex,
    gpu_uuid: sample.gpuUuid,
    missing: flatMissing(sample),
    host: sample.host,
    vendor: sample.vendor,
    memory_kind: sample.memoryKind,
    parent_uuid: sample.parentUuid,
    mig_profile: sample.migProfile,
    value_ages_ms: flatAges(latest),
  };
}
