import type { LatestGpu } from "../gpu/gpu-fleet";
import { wholeGpus } from "./fleet-rows";

/** One machine with GPUs. */
export interface FleetHost {
  host: string;
  gpuCount: number;
  staleCount: number;
  /** Since when none of its GPUs reports: time of the newest of their samples; null while one does. */
  lostSinceMs: number | null;
}

/** The hosts in the order in which their GPUs are listed. */
export function fleetHosts(gpus: readonly LatestGpu[]): FleetHost[] {
  const groups = new Map<string, LatestGpu[]>();
  for (const gpu of wholeGpus(gpus)) {
    const { host } = gpu.sample;
    groups.set(host, [...(groups.get(host) ?? []), gpu]);
  }
  return [...groups].map(([host, own]) => {
    const staleCount = own.filter(({ stale }) => stale).length;
    const newestMs = Math.max(...own.map(({ sample }) => sample.recordedAtMs));
    return {
      host,
      gpuCount: own.length,
      staleCount,
      lostSinceMs: staleCount === own.length ? newestMs : null,
    };
  });
}
