// Free of zod: the browser carries values in the same way as the server.
import type { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";
import type { GpuSample } from "./gpu-sample";

type Times = Partial<Record<GpuMetric, number>>;

/** A sample in which what was not read in this tick has its last value; `carriedFromMs` says when that was read. */
export interface CarriedSample {
  sample: GpuSample;
  carriedFromMs: Times;
}

/** Fills values that are null for `not_sampled` from the sample before, or takes over its reason. Everything else stays null. */
export function carryValues(before: CarriedSample | null, sample: GpuSample): CarriedSample {
  const carriedFromMs: Times = {};
  if (before?.sample.source !== sample.source) return { sample, carriedFromMs };
  let values = sample.values;
  let missing = sample.missing;
  for (const metric of gpuMetrics) {
    if (sample.missing[metric] !== "not_sampled") continue;
    const value = before.sample.values[metric];
    const reason = before.sample.missing[metric];
    if (value === null && reason === "not_sampled") continue;
    if (values === sample.values) {
      values = { ...values };
      missing = { ...missing };
    }
    values[metric] = value;
    if (value === null && reason !== undefined) missing[metric] = reason;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a value that is there has no reason to be missing
    else delete missing[metric];
    carriedFromMs[metric] = before.carriedFromMs[metric] ?? before.sample.recordedAtMs;
  }
  return {
    sample: values === sample.values ? sample : { ...sample, values, missing },
    carriedFromMs,
  };
}
