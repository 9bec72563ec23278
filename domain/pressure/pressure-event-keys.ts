import { isSimulated } from "../gpu/gpu-sample";
import type { PressureEvent } from "./pressure-event";
import type { PressureThresholds } from "./pressure-level";

/** An event in the keys of REST, server-sent events, `/ws/system` and webhooks. Memory in MiB, the share in percent, not rounded. */
export function pressureEventKeys(event: PressureEvent) {
  return {
    sequence: event.sequence,
    kind: event.kind,
    at: new Date(event.atMs).toISOString(),
    gpu_index: event.gpuIndex,
    gpu_uuid: event.gpuUuid,
    host: event.host,
    source: event.source,
    simulated: isSimulated(event),
    previous_level: event.fromLevel,
    level: event.level,
    memory_share: event.sharePercent,
    memory_used: event.memoryUsedMib,
    memory_total: event.memoryTotalMib,
    seconds_to_critical: event.secondsToCritical,
    confidence: event.confidence,
  };
}

export function thresholdKeys({ warningPercent, criticalPercent }: PressureThresholds) {
  return { warning_threshold: warningPercent, critical_threshold: criticalPercent };
}
