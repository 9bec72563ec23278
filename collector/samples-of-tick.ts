import { MAX_GPUS_PER_TICK, type GpuReading } from "@/domain/gpu/collector-message";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample, GpuSource } from "@/domain/gpu/gpu-sample";
import { quarantine } from "@/domain/gpu/quarantine";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";

const MAX_QUARANTINED = 64;
const MAX_RAW_LENGTH = 64;

/** The samples of one tick and what was set aside in them, with the value as the source gave it. */
export function samplesOfTick(
  readings: readonly GpuReading[],
  tick: { source: GpuSource; hostName: string; recordedAtMs: number },
): { samples: GpuSample[]; quarantined: QuarantinedValue[] } {
  const { source, hostName, recordedAtMs } = tick;
  const quarantined: QuarantinedValue[] = [];
  const samples = readings.slice(0, MAX_GPUS_PER_TICK).map(({ setAside, ...reading }) => {
    const { values, missing } = quarantine(reading);
    for (const metric of gpuMetrics) {
      if (missing[metric] !== "impossible_value") continue;
      const raw = setAside?.[metric] ?? reading.values[metric];
      if (raw === null || quarantined.length >= MAX_QUARANTINED) continue;
      const rawValue = String(raw).slice(0, MAX_RAW_LENGTH);
      quarantined.push({ gpuUuid: reading.gpuUuid, metric, source, recordedAtMs, rawValue });
    }
    return { ...reading, host: reading.host ?? hostName, values, missing, recordedAtMs, source };
  });
  return { samples, quarantined };
}
