import * as z from "zod";
import { GpuSample } from "./gpu-sample";
import { SourceStatus } from "./source-status";

/** The newest sample of one GPU and how old it is. */
export const LatestGpu = z.object({
  sample: GpuSample,
  /** True when nothing came for 5 poll intervals (at least 5 s): the values are the last known ones. */
  stale: z.boolean(),
});
export type LatestGpu = z.infer<typeof LatestGpu>;

/** What `gpu.latest` answers: all GPUs, by index, and where the collector looked. */
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
