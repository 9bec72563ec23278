import type { GpuSource } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import type { ServiceHealth } from "@/domain/health/health-report";
import { serviceHealth } from "./service-health";

export interface AiSettings {
  /** Null: every real source in its usual order. */
  gpuSources: readonly GpuSource[] | null;
  aiHealthUrls: readonly string[];
}

const answeringNames: Readonly<Record<GpuSource, string>> = {
  nvml: "NVML answers",
  smi: "nvidia-smi answers",
  dcgm: "a GPU exporter answers",
  amd: "amd-smi answers",
  intel: "xpu-smi answers",
  health: "they answer another portal",
  simulated: "simulated GPUs are used",
};

/** Health of the AI services, from what the collector last said of the source `health`. */
export function checkAi(settings: AiSettings, sources: readonly SourceStatus[]): ServiceHealth {
  if (settings.aiHealthUrls.length === 0)
    return serviceHealth("not_configured", "No AI service is configured: set AI_HEALTH_URLS.");
  if (settings.gpuSources?.includes("health") === false)
    return serviceHealth(
      "not_configured",
      "AI_HEALTH_URLS is set, but the AI services are not asked: add health to GPU_SOURCES.",
    );
  const source = sources.find((entry) => entry.source === "health");
  if (source) return answered(source, sources);
  return sources.length === 0
    ? serviceHealth("degraded", "The AI services have not been asked yet.")
    : serviceHealth("healthy", "Another portal reads the GPUs; this one asks no AI service.");
}

function answered(source: SourceStatus, sources: readonly SourceStatus[]): ServiceHealth {
  const { state, detail } = source;
  const details = { health: { state, detail } };
  if (state === "unavailable")
    return serviceHealth("unhealthy", "No AI service answers its health address.", details);
  if (state === "standby") {
    const active = sources.find((entry) => entry.state === "active");
    const why = active ? ` while ${answeringNames[active.source]}` : " now";
    return serviceHealth("healthy", `The AI services are not asked${why}.`, details);
  }
  return source.isPartial
    ? serviceHealth(
        "degraded",
        "Some AI services do not answer their health address; the others do.",
        details,
      )
    : serviceHealth("healthy", "The AI services answer.", details);
}
