import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import { emptyReading, unknownDeviceFacts } from "./gpu-sample";

const MEMORY_TOTAL_MIB = 24_576;
const POWER_IDLE_WATTS = 28;
const POWER_LIMIT_WATTS = 320;
const AMBIENT_CELSIUS = 31;
const SLOWDOWN_CELSIUS = 92;
const CLOCK_IDLE_MHZ = 210;
const CLOCK_MAX_MHZ = 2_520;
const POWER_CAP_BIT = 0x4; // NVML: nvmlClocksEventReasonSwPowerCap
const IDLE_BIT = 0x1; // NVML: nvmlClocksEventReasonGpuIdle
const GPU_COUNT = 2;
const DAY_SECONDS = 86_400;
const DEMAND_MEAN = 0.5;
const DEMAND_SLOW = 0.32;
const DEMAND_SLOW_SECONDS = 97;
const DEMAND_FAST = 0.14;
const DEMAND_FAST_SECONDS = 31;

/**
 * Two invented GPUs under an invented inference load, the same for the same time. Power and clocks follow the load at
 * once, temperature follows the load of the last minute, fan follows temperature, as on a real card.
 */
export function simulatedReadings(atMs: number): GpuReading[] {
  return Array.from({ length: GPU_COUNT }, (_, gpuIndex) => {
    const { values, missing } = emptyReading("not_offered");
    const simulated = simulatedValues(gpuIndex, atMs);
    for (const [key, value] of Object.entries(simulated)) {
      const metric = key as GpuMetric;
      values[metric] = value;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
      delete missing[metric];
    }
    return {
      gpuUuid: `simulated-${gpuIndex}`,
      gpuIndex,
      gpuName: `Simulated GPU ${gpuIndex}`,
      ...unknownDeviceFacts,
      values,
      missing,
    };
  });
}

function simulatedValues(gpuIndex: number, atMs: number): Partial<Record<GpuMetric, number>> {
  const load = loadAt(gpuIndex, atMs);
  const isIdle = load < 0.05;
  const warmth = meanLoad(gpuIndex, atMs);
  const powerWatts = powerOf(load);
  const temperatureCelsius = AMBIENT_CELSIUS + 44 * warmth;
  const isCapped = powerWatts > POWER_LIMIT_WATTS * 0.95;
  // Weights stay loaded between requests; the rest is the cache of what runs.
  const memoryUsedMib = Math.round(MEMORY_TOTAL_MIB * (0.46 + 0.06 * gpuIndex + 0.34 * warmth));
  return {
    utilizationPercent: Math.round(100 * load),
    memoryUsedMib,
    memoryTotalMib: MEMORY_TOTAL_MIB,
    temperatureCelsius: Math.round(temperatureCelsius),
    powerWatts: Math.round(100 * powerWatts) / 100,
    fanSpeedPercent: temperatureCelsius < 45 ? 0 : Math.round(30 + (temperatureCelsius - 45) * 1.4),
    smClockMhz: isIdle
      ? CLOCK_IDLE_MHZ
      : Math.round(CLOCK_MAX_MHZ - (isCapped ? 165 : 30 * warmth)),
    memoryBandwidthPercent: Math.round(100 * load * 0.62),
    performanceState: isIdle ? 8 : 2,
    throttleReasons: throttleReasons({ isIdle, isCapped }),
    powerLimitWatts: POWER_LIMIT_WATTS,
    smClockMaxMhz: CLOCK_MAX_MHZ,
    computeProcessesCount: 1 + gpuIndex,
    pcieReplayCounter: 0,
    slowdownTemperatureCelsius: SLOWDOWN_CELSIUS,
    memoryClockMhz: isIdle ? 405 : 10_251,
    memoryClockMaxMhz: 10_501,
    pcieLinkGeneration: isIdle ? 1 : 4,
    pcieLinkWidth: 16,
    pcieTransmitKbPerSecond: Math.round(2_000 + 180_000 * load),
    pcieReceiveKbPerSecond: Math.round(3_000 + 420_000 * load),
    encoderUtilizationPercent: 0,
    decoderUtilizationPercent: gpuIndex === 1 ? Math.round(18 * load) : 0,
    bar1UsedMib: 256,
    energyJoules: Math.round(energyAt(gpuIndex, atMs)),
    eccCorrectedCount: 0,
    eccUncorrectedCount: 0,
    // The two are joined by NVLink: what one sends the other receives.
    nvlinkTransmitKbPerSecond: Math.round(1_600_000 * load),
    nvlinkReceiveKbPerSecond: Math.round(1_600_000 * loadAt(1 - gpuIndex, atMs)),
    xidCode: 0,
  };
}

function powerOf(load: number): number {
  return POWER_IDLE_WATTS + (POWER_LIMIT_WATTS - POWER_IDLE_WATTS) * load ** 0.8;
}

/**
 * A counter that only rises, since an invented driver start on the day before: each whole day starts it again, as a real
 * driver does when its host restarts. The slow wave of demand can be summed in closed form; bursts even out.
 */
function energyAt(gpuIndex: number, atMs: number): number {
  const secondsToday = (atMs / 1_000) % DAY_SECONDS;
  const phase = gpuIndex * 137;
  const integralOfSine = (period: number) =>
    period * (Math.cos(phase / period) - Math.cos((secondsToday + phase) / period));
  const loadSeconds =
    DEMAND_MEAN * secondsToday +
    DEMAND_SLOW * integralOfSine(DEMAND_SLOW_SECONDS) +
    DEMAND_FAST * integralOfSine(DEMAND_FAST_SECONDS);
  return POWER_IDLE_WATTS * secondsToday + (POWER_LIMIT_WATTS - POWER_IDLE_WATTS) * loadSeconds;
}

function throttleReasons(state: { isIdle: boolean; isCapped: boolean }): number {
  if (state.isIdle) return IDLE_BIT;
  return state.isCapped ? POWER_CAP_BIT : 0;
}

/** 0 to 1: slow waves of demand with bursts of requests and pauses, each GPU with its own rhythm. */
function loadAt(gpuIndex: number, atMs: number): number {
  const seconds = atMs / 1_000 + gpuIndex * 137;
  const demand =
    DEMAND_MEAN +
    DEMAND_SLOW * Math.sin(seconds / DEMAND_SLOW_SECONDS) +
    DEMAND_FAST * Math.sin(seconds / DEMAND_FAST_SECONDS);
  const burst = 0.2 * Math.sin(seconds / 3.7) * Math.sin(seconds / 11);
  const jitter = 0.06 * (noise(Math.floor(seconds), gpuIndex) - 0.5);
  return Math.min(1, Math.max(0, demand + burst + jitter));
}

/** Mean of the last minute: what heat and caches follow. */
function meanLoad(gpuIndex: number, atMs: number): number {
  const steps = 12;
  let sum = 0;
  for (let step = 0; step < steps; step += 1) sum += loadAt(gpuIndex, atMs - step * 5_000);
  return sum / steps;
}

/** 0 to 1, the same for the same arguments (xorshift of an integer hash). */
function noise(second: number, gpuIndex: number): number {
  let state =
    Math.imul((second % 0x7fffffff) + 1, 0x9e3779b1) ^ Math.imul(gpuIndex + 1, 0x85ebca6b);
  state ^= state >>> 15;
  state = Math.imul(state, 0x2c1b3c6d);
  state ^= state >>> 12;
  return (state >>> 0) / 0xffffffff;
}
