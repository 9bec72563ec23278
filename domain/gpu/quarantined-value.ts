import * as z from "zod";
import { GpuMetric } from "./gpu-metric";
import { GpuSource } from "./gpu-sample";
import { GpuUuid } from "./gpu-uuid";

/** A value that cannot be, as the source gave it. In the sample it is null with the reason `impossible_value`. */
export const QuarantinedValue = z.object({
  gpuUuid: GpuUuid,
  metric: GpuMetric,
  source: GpuSource,
  recordedAtMs: z.int().min(0),
  /** As text: it may be no number, or one that JSON cannot hold ("NaN", "18446744073709551615"). */
  rawValue: z.string().max(64),
});
export type QuarantinedValue = z.infer<typeof QuarantinedValue>;

/** What was set aside since the portal started. */
export const QuarantinedList = z.object({
  /** The newest first, at most 200. */
  values: z.array(QuarantinedValue),
  /** How often, by GPU and metric; most often first. Counts more than `values` holds. */
  counts: z.array(z.object({ gpuUuid: GpuUuid, metric: GpuMetric, count: z.int().min(1) })),
});
export type QuarantinedList = z.infer<typeof QuarantinedList>;
