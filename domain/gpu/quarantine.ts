import type { GpuMetric } from "./gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import type { GpuSample } from "./gpu-sample";

type Reading = Pick<GpuSample, "values" | "missing">;

export interface QuarantinedReading extends Reading {
  /** The metrics that held an impossible value; each is null with that reason now. */
  setAside: GpuMetric[];
}

/**
 * Sets impossible values aside: NaN, outside the bounds of `gpuMetricFacts`, more memory used than there is.
 * Whole-number metrics are rounded; a null without a reason gets `read_error`.
 */
export function quarantine(reading: Reading): QuarantinedReading {
  const values = { ...reading.values };
  const missing = { ...reading.missing };
  const setAside: GpuMetric[] = [];
  const setOneAside = (metric: GpuMetric) => {
    values[metric] = null;
    missing[metric] = "impossible_value";
    setAside.push(metric);
  };

  for (const metric of gpuMetrics) {
    const value = plausibleValue(metric, values[metric]);
    if (value === "impossible") setOneAside(metric);
    else if (value === null) missing[metric] ??= "read_error";
    else {
      values[metric] = value;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a value that is there has no reason to be missing
      delete missing[metric];
    }
  }

  const { memoryUsedMib, memoryTotalMib } = values;
  if (memoryUsedMib !== null && memoryTotalMib !== null && memoryUsedMib > memoryTotalMib) {
    setOneAside("memoryUsedMib");
  }
  return { values, missing, setAside };
}

function plausibleValue(metric: GpuMetric, raw: number | null): number | null | "impossible" {
  if (raw === null) return null;
  const { min, max, storedAs } = gpuMetricFacts[metric];
  // `+ 0` turns -0 into 0, which Postgres would turn too.
  const value = (storedAs === "integer" ? Math.round(raw) : raw) + 0;
  return value >= min && value <= max ? value : "impossible";
}
