import type { GpuMetric } from "./gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import type { GpuSample } from "./gpu-sample";

type Reading = Pick<GpuSample, "values" | "missing">;

/**
 * Sets impossible values aside, as null with the reason `impossible_value`: NaN, outside the bounds of `gpuMetricFacts`, more memory used than there is.
 * Whole-number metrics are rounded; a null without a reason gets `read_error`.
 */
export function quarantine(reading: Reading): Reading {
  const values = { ...reading.values };
  const missing = { ...reading.missing };
  const setOneAside = (metric: GpuMetric) => {
    values[metric] = null;
    missing[metric] = "impossible_value";
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
  return { values, missing };
}

function plausibleValue(metric: GpuMetric, raw: number | null): number | null | "impossible" {
  if (raw === null) return null;
  const { min, max, storedAs } = gpuMetricFacts[metric];
  // `+ 0` turns -0 into 0, which Postgres would turn too.
  const value = (storedAs === "integer" ? Math.round(raw) : raw) + 0;
  return value >= min && value <= max ? value : "impossible";
}
