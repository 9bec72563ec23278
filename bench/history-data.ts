import { emptyReading, type GpuSample, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";

// One day of eight GPUs, five values each a second: 691,200 samples, 3,456,000 values. The same on all sides.
export const GPUS = 8;
export const SECONDS = 86_400;
export const FROM_MS = Date.UTC(2026, 4, 1);
export const TO_MS = FROM_MS + SECONDS * 1_000;
/** In the middle of a second: a window of a peer, whichever of its ends it includes, then holds what ours holds. */
const OFFSET_MS = 500;

export const metrics = [
  "utilizationPercent",
  "memoryUsedMib",
  "temperatureCelsius",
  "powerWatts",
  "smClockMhz",
] as const satisfies readonly GpuMetric[];
/** As the peers call it. */
export const METRIC = "gpu_utilization";

export const uuidOf = (gpu: number) => `GPU-${gpu}`;
export const timeMsOf = (second: number) => FROM_MS + second * 1_000 + OFFSET_MS;

/** A value between 0 and 1 that is the same in every run. */
function noise(seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}

/** Of one GPU in one second, in the order of `metrics`. */
export function valuesAt(gpu: number, second: number): number[] {
  const load = 0.5 + 0.4 * Math.sin(second / 700 + gpu) + 0.1 * noise(second * GPUS + gpu);
  return [
    Math.round(load * 1_000) / 10,
    Math.round(10_000 + 60_000 * load),
    Math.round(35 + 40 * load),
    Math.round((80 + 300 * load) * 100) / 100,
    Math.round(600 + 1_200 * load),
  ];
}

const keys = metrics.map((metric) => `gpu_${gpuMetricFacts[metric].key}`);

/** Lines of the exposition format with times, some 8,000 at once; `timeOf` writes a time (seconds or ms). */
export function* expositionText(timeOf: (timeMs: number) => string): Generator<string> {
  for (const [place, key] of keys.entries()) {
    for (let gpu = 0; gpu < GPUS; gpu++) {
      const name = `${key}{gpu="${gpu}"}`;
      for (let from = 0; from < SECONDS; from += 8_640) {
        let text = "";
        for (let second = from; second < from + 8_640; second++)
          text += `${name} ${valuesAt(gpu, second)[place] ?? 0} ${timeOf(timeMsOf(second))}\n`;
        yield text;
      }
    }
  }
}

const empty = emptyReading("not_offered");
const missing = Object.fromEntries(
  Object.entries(empty.missing).filter(([metric]) => !metrics.some((known) => known === metric)),
);

export function sampleOf(gpu: number, second: number): GpuSample {
  const numbers = valuesAt(gpu, second);
  const values = { ...empty.values };
  for (const [place, metric] of metrics.entries()) values[metric] = numbers[place] ?? 0;
  return {
    ...unknownDeviceFacts,
    gpuUuid: uuidOf(gpu),
    host: "bench",
    gpuIndex: gpu,
    gpuName: "GPU",
    recordedAtMs: timeMsOf(second),
    source: "nvml",
    values,
    missing,
  };
}
