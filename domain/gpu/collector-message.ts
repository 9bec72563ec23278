import * as z from "zod";
import { GpuSample, GpuSource } from "./gpu-sample";
import { SourceStatus } from "./source-status";

/** More GPUs than any host has; a message with more is refused. */
export const MAX_GPUS_PER_TICK = 256;

/** What the portal tells a collector when it starts. `gpuSources` null = look for real sources, simulate only when none answers. */
export const CollectorSettings = z.object({
  gpuSources: z.array(GpuSource).min(1).max(GpuSource.options.length).nullable(),
  nvidiaSmiPath: z.string().min(1).max(4096).nullable(),
  aiHealthUrls: z.array(z.url({ protocol: /^https?$/ })).max(32),
  pollIntervalMs: z.int().min(200).max(60_000),
  httpTimeoutMs: z.int().min(1_000).max(60_000),
});
export type CollectorSettings = z.infer<typeof CollectorSettings>;

/** Portal → collector, over IPC: the first and only message. `realSourceSeen`: a real GPU has answered since the portal started. */
export const CollectorHandshake = z.object({
  type: z.literal("settings"),
  settings: CollectorSettings,
  realSourceSeen: z.boolean(),
});
export type CollectorHandshake = z.infer<typeof CollectorHandshake>;

/** Collector → portal, over IPC. One `samples` message holds all GPUs of one tick. */
export const CollectorMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("samples"),
    atMs: z.int().min(0),
    samples: z.array(GpuSample).min(1).max(MAX_GPUS_PER_TICK),
  }),
  z.object({ type: z.literal("sources"), sources: z.array(SourceStatus).max(16) }),
  z.object({ type: z.literal("alive"), atMs: z.int().min(0) }),
]);
export type CollectorMessage = z.infer<typeof CollectorMessage>;

/** What a source reads of one GPU; the collector adds when and from where. */
export type GpuReading = Omit<GpuSample, "recordedAtMs" | "source">;
