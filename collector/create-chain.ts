import type { CollectorSettings } from "@/domain/gpu/collector-message";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import { createAmdReader } from "./amd-reader";
import { createExporterReader } from "./exporter-reader";
import { createHealthReader } from "./health-reader";
import { createNvmlReader } from "./nvml/nvml-reader";
import { createSimulatedReader } from "./simulated-reader";
import { createSmiReader } from "./smi-reader";
import { SourceChain, type ChainLink, type SourceChainOptions } from "./source-chain";
import { createXpuReader } from "./xpu-reader";

/** What asks the hardware itself comes before what tells of it, and both before what invents. */
const automaticOrder: readonly GpuSource[] = [
  "nvml",
  "smi",
  "dcgm",
  "amd",
  "intel",
  "health",
  "simulated",
];

export type ChainEvents = Pick<
  SourceChainOptions,
  "realSourceSeen" | "onTick" | "onProcesses" | "onSources"
> & {
  /** Sources in which the collector before this one hung. */
  suspects?: readonly GpuSource[];
  /** How long they are left alone. */
  suspectPauseMs?: number;
};

/** The chain that the settings ask for, in their order. */
export function createChain(settings: CollectorSettings, events: ChainEvents): SourceChain {
  const isAutomatic = settings.gpuSources === null;
  const order = [...new Set(settings.gpuSources ?? automaticOrder)];
  const { suspects = [], suspectPauseMs = 0, ...chainEvents } = events;
  return new SourceChain({
    ...chainEvents,
    isAutomatic,
    links: order.map((source) => {
      const pauseMs = suspects.includes(source) ? suspectPauseMs : 0;
      return createLink(source, settings, pauseMs);
    }),
    holdMs: 3_000 + 3 * settings.pollIntervalMs,
    hostName: settings.hostName,
    nowMs: Date.now,
    random: Math.random,
  });
}

function createLink(source: GpuSource, settings: CollectorSettings, pauseMs: number): ChainLink {
  const intervalMs = settings.pollIntervalMs;
  switch (source) {
    case "dcgm":
      if (settings.gpuExporterUrls.length === 0) {
        return { source, notConfigured: "no GPU_EXPORTER_URLS" };
      }
      return {
        reader: createExporterReader({
          urls: settings.gpuExporterUrls,
          intervalMs,
          timeoutMs: settings.httpTimeoutMs,
        }),
      };
    case "nvml":
      return { reader: createNvmlReader({ path: settings.nvmlLibraryPath, intervalMs, pauseMs }) };
    case "amd":
      return { reader: createAmdReader({ path: settings.amdSmiPath, intervalMs }) };
    case "intel":
      return { reader: createXpuReader({ path: settings.xpuSmiPath, intervalMs }) };
    case "smi":
      return { reader: createSmiReader({ path: settings.nvidiaSmiPath, intervalMs }) };
    case "health":
      if (settings.aiHealthUrls.length === 0) return { source, notConfigured: "no AI_HEALTH_URLS" };
      return {
        reader: createHealthReader({
          urls: settings.aiHealthUrls,
          intervalMs,
          timeoutMs: settings.httpTimeoutMs,
        }),
      };
    case "simulated": {
      const detail =
        settings.gpuSources === null ? "no real source answers" : "named in GPU_SOURCES";
      return { reader: createSimulatedReader({ intervalMs, detail, nowMs: Date.now }) };
    }
  }
}
