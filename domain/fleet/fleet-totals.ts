import type { LatestGpu } from "../gpu/gpu-fleet";
import type { GpuMetric } from "../gpu/gpu-metric";
import { fleetRows, wholeGpus } from "./fleet-rows";

/** Sums over the GPUs that are live and report the value; null when none does. */
export interface FleetTotals {
  gpuCount: number;
  liveCount: number;
  meanUtilizationPercent: number | null;
  memoryUsedMib: number | null;
  /** Sum of the sizes of the GPUs whose memory is in the sum; null when one of them has none. */
  memoryTotalMib: number | null;
  powerWatts: number | null;
  /** Sum of the limits of the GPUs whose power is in the sum; null when one of them has none. */
  powerLimitWatts: number | null;
  hottest: { celsius: number; name: string; gpuUuid: string } | null;
}

/** What the tiles and the line above the fleet table say. A stale GPU counts in `gpuCount` only, a MIG instance in its GPU. */
export function fleetTotals(all: readonly LatestGpu[]): FleetTotals {
  const gpus = wholeGpus(all);
  const names = new Map(fleetRows(gpus).map(({ gpu, name }) => [gpu.sample.gpuUuid, name]));
  const live = gpus.filter((gpu) => !gpu.stale).map((gpu) => gpu.sample);
  const known = (metric: GpuMetric) =>
    live.map((sample) => sample.values[metric]).filter((value) => value !== null);
  const utilizations = known("utilizationPercent");
  const withMemory = live.filter(({ values }) => values.memoryUsedMib !== null);
  const sizes = withMemory.map(({ values }) => values.memoryTotalMib);
  const withPower = live.filter(({ values }) => values.powerWatts !== null);
  const limits = withPower.map(({ values }) => values.powerLimitWatts);
  let hottest: FleetTotals["hottest"] = null;
  for (const { values, gpuUuid } of live) {
    const celsius = values.temperatureCelsius;
    if (celsius !== null && (hottest === null || celsius > hottest.celsius))
      hottest = { celsius, name: names.get(gpuUuid) ?? "GPU", gpuUuid };
  }
  return {
    gpuCount: gpus.length,
    liveCount: live.length,
    meanUtilizationPercent:
      utilizations.length === 0 ? null : sumOf(utilizations) / utilizations.length,
    memoryUsedMib: sumOrNull(withMemory.map(({ values }) => values.memoryUsedMib)),
    memoryTotalMib: sizes.includes(null) ? null : sumOrNull(sizes),
    powerWatts: sumOrNull(withPower.map(({ values }) => values.powerWatts)),
    powerLimitWatts: limits.includes(null) ? null : sumOrNull(limits),
    hottest,
  };
}

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.length === 0 ? null : sumOf(values);
}
