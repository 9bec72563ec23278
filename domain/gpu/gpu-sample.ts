import * as z from "zod";
import { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";
import { GpuUuid } from "./gpu-uuid";

/**
 * Where a sample came from, in the usual order of choice. `dcgm` = the Prometheus text of an exporter, `amd` = amd-smi or rocm-smi,
 * `intel` = xpu-smi, `health` = health answers of AI services. `simulated` values are invented and labelled wherever they are shown.
 */
export const GpuSource = z.enum(["nvml", "smi", "dcgm", "amd", "intel", "health", "simulated"]);
export type GpuSource = z.infer<typeof GpuSource>;

export const GpuVendor = z.enum(["nvidia", "amd", "intel"]);
export type GpuVendor = z.infer<typeof GpuVendor>;

/** `unified` = shares the host's memory (GB10, Jetson): then its own memory figures are null, never 0. */
export const GpuMemoryKind = z.enum(["dedicated", "unified"]);
export type GpuMemoryKind = z.infer<typeof GpuMemoryKind>;

/** Why a value is null. A null is never drawn or answered as 0. */
export const MissingReason = z.enum([
  "not_supported", // the source said so: [N/A], [Not Supported]
  "not_offered", // this source cannot give this value at all
  "unknown_to_driver", // this driver's nvidia-smi has no such column
  "read_error", // the source reported an error for this value: ERR!, [Unknown Error]
  "impossible_value", // outside the physical bounds, set aside
  "not_reported", // the value comes from elsewhere and nothing reports it (inferenceFps)
  "not_sampled", // this source reads it on a slower beat, and not in this tick
]);
export type MissingReason = z.infer<typeof MissingReason>;

export const GpuValues = z.record(GpuMetric, z.number().nullable());
export type GpuValues = z.infer<typeof GpuValues>;

/** Name of a machine with GPUs, as people know it; "" = not recorded (rows of before hosts were). */
export const HostName = z.string().max(253);
export type HostName = z.infer<typeof HostName>;

/** One reading of one GPU, or of one MIG instance of it. Times are epoch milliseconds. */
export const GpuSample = z.object({
  gpuUuid: GpuUuid,
  host: HostName,
  /** Within its host; a MIG instance has the index of its GPU. */
  gpuIndex: z.int().min(0).max(4095),
  gpuName: z.string().max(255).nullable(),
  /** Null where the source does not say. */
  vendor: GpuVendor.nullable(),
  memoryKind: GpuMemoryKind.nullable(),
  /** UUID of the GPU that this is a MIG instance of; null of a whole GPU. */
  parentUuid: GpuUuid.nullable(),
  /** "1g.10gb"; null of a whole GPU. */
  migProfile: z.string().max(64).nullable(),
  recordedAtMs: z.int().min(0),
  source: GpuSource,
  values: GpuValues,
  /** A reason for each value that is null. */
  missing: z.partialRecord(GpuMetric, MissingReason),
});
export type GpuSample = z.infer<typeof GpuSample>;

/** What a sample says of the device itself, beside its name. */
export type GpuDeviceFacts = Pick<GpuSample, "vendor" | "memoryKind" | "parentUuid" | "migProfile">;

/** Of a source that knows none of them. */
export const unknownDeviceFacts: GpuDeviceFacts = {
  vendor: null,
  memoryKind: null,
  parentUuid: null,
  migProfile: null,
};

/** True of a sample whose values are invented. */
export function isSimulated(sample: { source: GpuSource }): boolean {
  return sample.source === "simulated";
}

/** All values null, with one reason. Sources fill in what they read. */
export function emptyReading(reason: MissingReason): Pick<GpuSample, "values" | "missing"> {
  const values = Object.fromEntries(gpuMetrics.map((metric) => [metric, null])) as GpuValues;
  const missing = Object.fromEntries(
    gpuMetrics.map((metric) => [metric, metric === "inferenceFps" ? "not_reported" : reason]),
  ) as GpuSample["missing"];
  return { values, missing };
}
