import * as z from "zod";
import { GpuMetric } from "./gpu-metric";
import { GpuSample } from "./gpu-sample";
import { SourceStatus } from "./source-status";

/** The newest sample of one GPU and how old it is. */
export const LatestGpu = z.object({
  sample: GpuSample,
  /** True when nothing came for 5 poll intervals (at least 5 s): the values are the last known ones. */
  stale: z.boolean(),
  /** Values that a source reads on a slower beat: when the shown one was read. Absent = with the sample. */
  carriedFromMs: z.partialRecord(GpuMetric, z.int()),
});
export type LatestGpu = z.infer<typeof LatestGpu>;

/** What `gpu.latest` answers: all GPUs of all hosts (the portal's own first), by index, each followed by its MIG instances, and where the collector looked. */
export const GpuFleet = z.object({
  gpus: z.array(LatestGpu),
  /** True when any shown value is simulated. */
  simulated: z.boolean(),
  sources: z.array(SourceStatus),
  pollIntervalMs: z.int(),
  /** The server's clock when it answered; charts use it, never the browser's. */
  serverTimeMs: z.int(),
});
export type GpuFleet = z.infer<typeof GpuFleet>;
