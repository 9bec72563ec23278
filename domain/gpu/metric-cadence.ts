// Free of zod: charts use it.
import type { GpuMetric } from "./gpu-metric";
import type { GpuSource } from "./gpu-sample";

/** How often nvml reads a value: `tick` each poll, the others at most so often. Calls of the driver cost 2.5 us to 4.5 ms and hold a lock. */
export const cadenceTierMs = { tick: 0, moderate: 5_000, slow: 60_000 } as const;
export type CadenceTier = keyof typeof cadenceTierMs;

const everyTick: ReadonlySet<GpuMetric> = new Set([
  "utilizationPercent",
  "memoryBandwidthPercent",
  "memoryUsedMib",
  "memoryTotalMib",
  "powerWatts",
  "inferenceFps",
  "xidCode",
]);

const moderate: ReadonlySet<GpuMetric> = new Set([
  "temperatureCelsius",
  "smClockMhz",
  "memoryClockMhz",
  "performanceState",
  "throttleReasons",
  "energyJoules",
]);

export function cadenceTier(metric: GpuMetric): CadenceTier {
  if (everyTick.has(metric)) return "tick";
  return moderate.has(metric) ? "moderate" : "slow";
}

/** What nvidia-smi has in its XML only, which is asked for once a minute (smi-details.ts). */
const inSmiXml: ReadonlySet<GpuMetric> = new Set([
  "slowdownTemperatureCelsius",
  "pcieReplayCounter",
  "pcieTransmitKbPerSecond",
  "pcieReceiveKbPerSecond",
  "bar1UsedMib",
  "computeProcessesCount",
]);

/** amd-smi and rocm-smi have no mode that goes on printing: a new process each time, so not each second. */
export const AMD_SHORTEST_INTERVAL_MS = 5_000;

/** xpu-smi prints once a second. */
const XPU_INTERVAL_MS = 1_000;

/** Milliseconds between two values of this metric from this source. `isInstance`: of a MIG instance. */
export function metricCadenceMs(
  metric: GpuMetric,
  of: { source: GpuSource | null; pollIntervalMs: number; isInstance?: boolean },
): number {
  return Math.max(of.pollIntervalMs, slowestBeatMs(metric, of));
}

function slowestBeatMs(
  metric: GpuMetric,
  { source, isInstance = false }: { source: GpuSource | null; isInstance?: boolean },
): number {
  if (source === "nvml") return cadenceTierMs[cadenceTier(metric)];
  if (source === "smi") return isInstance || inSmiXml.has(metric) ? cadenceTierMs.slow : 0;
  if (source === "amd") return AMD_SHORTEST_INTERVAL_MS;
  return source === "intel" ? XPU_INTERVAL_MS : 0;
}
