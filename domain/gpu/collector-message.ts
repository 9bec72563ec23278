import * as z from "zod";
import type { GpuMetric } from "./gpu-metric";
import { GpuProcessList } from "./gpu-process";
import { GpuSample, GpuSource, HostName } from "./gpu-sample";
import { QuarantinedValue } from "./quarantined-value";
import { SourceStatus } from "./source-status";

/** More GPUs than any host has; a message with more is refused. */
export const MAX_GPUS_PER_TICK = 256;

/** What the portal tells a collector when it starts. `gpuSources` null = look for real sources, simulate only when none answers. */
export const CollectorSettings = z.object({
  gpuSources: z.array(GpuSource).min(1).max(GpuSource.options.length).nullable(),
  /** Name of this machine in every sample that does not bring its own. */
  hostName: HostName.min(1),
  /** File of the NVIDIA management library; null = `libnvidia-ml.so.1` where the system looks for libraries. */
  nvmlLibraryPath: z.string().min(1).max(4096).nullable(),
  nvidiaSmiPath: z.string().min(1).max(4096).nullable(),
  /** amd-smi or rocm-smi; null = either on PATH. */
  amdSmiPath: z.string().min(1).max(4096).nullable(),
  xpuSmiPath: z.string().min(1).max(4096).nullable(),
  /** Addresses of dcgm-exporter or nvidia_gpu_exporter. */
  gpuExporterUrls: z.array(z.url({ protocol: /^https?$/ })).max(64),
  aiHealthUrls: z.array(z.url({ protocol: /^https?$/ })).max(32),
  pollIntervalMs: z.int().min(200).max(60_000),
  httpTimeoutMs: z.int().min(1_000).max(60_000),
});
export type CollectorSettings = z.infer<typeof CollectorSettings>;

/** Portal → collector, over IPC, after the settings: somebody looks at processes now, read them at once. */
export const CollectorRequest = z.object({ type: z.literal("read-processes") });
export type CollectorRequest = z.infer<typeof CollectorRequest>;

/** Portal → collector, over IPC: the first message. `realSourceSeen`: a real GPU has answered since the portal started. */
export const CollectorHandshake = z.object({
  type: z.literal("settings"),
  settings: CollectorSettings,
  realSourceSeen: z.boolean(),
  /** Sources that run in the collector itself and may be what hung or broke the one before: left alone for `suspectPauseMs`. */
  suspects: z.array(GpuSource).max(GpuSource.options.length).default([]),
  suspectPauseMs: z.int().min(0).max(3_600_000).default(0),
});
export type CollectorHandshake = z.infer<typeof CollectorHandshake>;

/** Collector → portal, over IPC. One `samples` message holds all GPUs of one tick. */
export const CollectorMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("samples"),
    atMs: z.int().min(0),
    samples: z.array(GpuSample).min(1).max(MAX_GPUS_PER_TICK),
    /** What was set aside in this tick, with the value as the source gave it; the newest few. */
    quarantined: z.array(QuarantinedValue).max(64).default([]),
  }),
  z.object({
    type: z.literal("processes"),
    atMs: z.int().min(0),
    lists: z.array(GpuProcessList).max(MAX_GPUS_PER_TICK),
  }),
  z.object({ type: z.literal("sources"), sources: z.array(SourceStatus).max(16) }),
  z.object({ type: z.literal("alive"), atMs: z.int().min(0) }),
]);
export type CollectorMessage = z.infer<typeof CollectorMessage>;

/** What a source reads of one GPU; the collector adds when and from where, and the host where the source does not name one. */
export type GpuReading = Omit<GpuSample, "recordedAtMs" | "source" | "host"> & {
  host?: string;
  /** Of values with the reason `impossible_value` that are no number or would pass for one: the text that the source gave. */
  setAside?: Partial<Record<GpuMetric, string>>;
};
