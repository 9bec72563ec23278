import type { CollectorSettings } from "@/domain/gpu/collector-message";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import { createHealthReader } from "./health-reader";
import { createSimulatedReader } from "./simulated-reader";
import { createSmiReader } from "./smi-reader";
import { SourceChain, type ChainLink, type SourceChainOptions } from "./source-chain";

const automaticOrder: readonly GpuSource[] = ["smi", "health", "simulated"];

/** The chain that the settings ask for, in their order. */
export function createChain(
  settings: CollectorSettings,
  events: Pick<SourceChainOptions, "realSourceSeen" | "onSamples" | "onSources">,
): SourceChain {
  const isAutomatic = settings.gpuSources === null;
  const order = [...new Set(settings.gpuSources ?? automaticOrder)];
  return new SourceChain({
    ...events,
    isAutomatic,
    links: order.map((source) => createLink(source, settings)),
    holdMs: 3_000 + 3 * settings.pollIntervalMs,
    nowMs: Date.now,
    random: Math.random,
  });
}

function createLink(source: GpuSource, settings: CollectorSettings): ChainLink {
  const intervalMs = settings.pollIntervalMs;
  switch (source) {
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
