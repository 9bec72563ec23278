import type { GpuHistorySeries } from "../gpu/gpu-history";
import type { GpuMetric } from "../gpu/gpu-metric";
import { columnOf } from "./series-points";

/** One value of the whole fleet at each bucket of the history. */
export interface FleetTrend {
  timesMs: number[];
  values: (number | null)[];
}

export interface FleetTrends {
  liveGpus: FleetTrend;
  meanUtilizationPercent: FleetTrend;
  memoryUsedMib: FleetTrend;
  powerWatts: FleetTrend;
  hottestCelsius: FleetTrend;
  /** Energy since the start of the range, in watt hours; only measured time counts. */
  energyWattHours: FleetTrend;
}

const HOUR_MS = 3_600_000;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Joins the series of all GPUs bucket by bucket. A bucket in which nothing was measured is null. All series
 * must be in buckets of `stepMs`, so that one bucket of one GPU is the same time as that of the next.
 */
export function fleetTrends(series: readonly GpuHistorySeries[], stepMs: number): FleetTrends {
  const timesMs = [...new Set(series.flatMap((one) => one.timesMs))].sort((a, b) => a - b);
  const positions = new Map(timesMs.map((timeMs, position) => [timeMs, position]));
  const gather = (metric: GpuMetric): number[][] => {
    const rows = timesMs.map((): number[] => []);
    for (const one of series) {
      const column = columnOf(one, metric);
      one.timesMs.forEach((timeMs, index) => {
        const value = column[index];
        const position = positions.get(timeMs);
        if (value !== null && value !== undefined && position !== undefined)
          rows[position]?.push(value);
      });
    }
    return rows;
  };
  const trend = (metric: GpuMetric, join: (values: number[]) => number): FleetTrend => ({
    timesMs,
    values: gather(metric).map((values) => (values.length === 0 ? null : join(values))),
  });
  const powerWatts = trend("powerWatts", sum);
  return {
    liveGpus: { timesMs, values: countLive(series, positions) },
    meanUtilizationPercent: trend("utilizationPercent", (values) => sum(values) / values.length),
    memoryUsedMib: trend("memoryUsedMib", sum),
    powerWatts,
    hottestCelsius: trend("temperatureCelsius", (values) => Math.max(...values)),
    energyWattHours: { timesMs, values: accumulate(powerWatts.values, stepMs / HOUR_MS) },
  };
}

function countLive(series: readonly GpuHistorySeries[], positions: ReadonlyMap<number, number>) {
  const live = Array.from({ length: positions.size }, (): number | null => null);
  for (const one of series) {
    one.timesMs.forEach((timeMs, index) => {
      const position = positions.get(timeMs);
      const wasSampled = one.counts === null || (one.counts[index] ?? 0) > 0;
      if (position !== undefined && wasSampled) live[position] = (live[position] ?? 0) + 1;
    });
  }
  return live;
}

function accumulate(watts: readonly (number | null)[], stepHours: number): (number | null)[] {
  let total = 0;
  return watts.map((value) => {
    if (value === null) return null;
    total += value * stepHours;
    return total;
  });
}
