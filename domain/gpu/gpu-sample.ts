import * as z from "zod";
import { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";
import { GpuUuid } from "./gpu-uuid";

/** Where a sample came from. `simulated` values are invented and labelled wherever they are shown. */
export const GpuSource = z.enum(["smi", "health", "simulated"]);
export type GpuSource = z.infer<typeof GpuSource>;

/** Why a value is null. A null is never drawn or answered as 0. */
export const MissingReason = z.enum([
  "not_supported", // the source said so: [N/A], [Not Supported]
  "not_offered", // this source cannot give this value at all
  "unknown_to_driver", // this driver's nvidia-smi has no such column
  "read_error", // the source reported an error for this value: ERR!, [Unknown Error]
  "impossible_value", // outside the physical bounds, set aside
  "not_reported", // the value comes from elsewhere and nothing reports it (inferenceFps)
]);
export type MissingReason = z.infer<typeof MissingReason>;

export const GpuValues = z.record(GpuMetric, z.number().nullable());
export type GpuValues = z.infer<typeof GpuValues>;

/** One reading of one GPU. Times are epoch milliseconds. */
export const GpuSample = z.object({
  gpuUuid: GpuUuid,
  gpuIndex: z.int().min(0).max(4095),
  gpuName: z.string().max(255).nullable(),
  recordedAtMs: z.int().min(0),
  source: GpuSource,
  values: GpuValues,
  /** A reason for each value that is null. */
  missing: z.partialRecord(GpuMetric, MissingReason),
});
export type GpuSample = z.infer<typeof GpuSample>;

/** True of a sample whose values are invented. */
export function isSimulated(sample: { source: GpuSource }): boolean {
  return sample.source === "simulated";
}

/** All 25 values null, with one reason. Sources fill in what they read. */
export function emptyReading(reason: MissingReason): Pick<GpuSample, "values" | "missing"> {
  const values = Object.fromEntries(gpuMetrics.map((metric) => [metric, null])) as GpuValues;
  const missing = Object.fromEntries(
    gpuMetrics.map((metric) => [metric, metric === "inferenceFps" ? "not_reported" : reason]),
  ) as GpuSample["missing"];
  return { values, missing };
}
