import { flatGpu, type FlatGpu } from "@/domain/gpu/flat-gpu";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { pressureEventKeys, thresholdKeys } from "@/domain/pressure/pressure-event-keys";
import type { PressureChange } from "@/domain/pressure/gpu-pressure";
import type { SystemStatus } from "@/domain/health/health-report";

const NO_REPORTS = "no reports yet";
const statusKeys = ["utilization", "memory_used", "memory_total", "temperature", "inference_fps"];

/** The two messages of `/ws/system`; keys and units are prescribed and stay snake_case. The flat keys are those of the first GPU. */
export function systemMessages({ fleet, health }: { fleet: GpuFleet; health: SystemStatus }): {
  gpuStats: object;
  systemStatus: object;
} {
  const gpus = fleet.gpus.map(flatGpu);
  const first = gpus[0] ?? flatGpu(null);
  return {
    gpuStats: { type: "gpu_stats", ...first, gpus },
    systemStatus: {
      type: "system_status",
      data: {
        gpu: statusOf(first),
        cameras: null,
        queue: null,
        health,
        ai: null,
        reasons: { cameras: NO_REPORTS, queue: NO_REPORTS, ai: NO_REPORTS },
      },
      timestamp: new Date(fleet.serverTimeMs).toISOString(),
    },
  };
}

/** The message of `/ws/system` for something that happened to the memory of a GPU. */
export function pressureMessage({ event, thresholds, serverTimeMs }: PressureChange): object {
  return {
    type: "gpu_memory_pressure",
    ...pressureEventKeys(event),
    ...thresholdKeys(thresholds),
    timestamp: new Date(serverTimeMs).toISOString(),
  };
}

function statusOf(gpu: FlatGpu): object {
  const keys = [...statusKeys, "simulated", "stale"];
  return Object.fromEntries(keys.map((key) => [key, gpu[key]]));
}
