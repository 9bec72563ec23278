import { type CadenceTier, cadenceTier, cadenceTierMs } from "@/domain/gpu/metric-cadence";
import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample, GpuValues, MissingReason } from "@/domain/gpu/gpu-sample";
import type { NvmlCalls, NvmlRead } from "./nvml-calls";
import type { NvmlDevice } from "./nvml-device";
import { readMemory } from "./nvml-memory";
import { readNvlinkRates } from "./nvml-nvlink";

type Values = Pick<GpuSample, "values" | "missing">;

const MIB = 2 ** 20;
const MILLI = 1_000;
const CLOCK_SM = 1;
const CLOCK_MEMORY = 2;
const SENSOR_GPU = 0;
const THRESHOLD_SLOWDOWN = 1;
const PCIE_TRANSMIT = 0;
const PCIE_RECEIVE = 1;
const ECC_CORRECTED = 0;
const ECC_UNCORRECTED = 1;
const ECC_VOLATILE = 0;
const PERFORMANCE_STATE_UNKNOWN = 32;
const TEMPERATURE_V1 = 12 + 0x0100_0000; // nvmlTemperature_v1_t: version, sensor, temperature

const noValues = Object.fromEntries(gpuMetrics.map((metric) => [metric, null])) as GpuValues;

/** The reason of every metric of a tier, ready to be copied. */
function reasonOf(reason: MissingReason, ...tiers: CadenceTier[]): GpuSample["missing"] {
  const metrics = gpuMetrics.filter(
    (metric) => metric !== "inferenceFps" && tiers.includes(cadenceTier(metric)),
  );
  return Object.fromEntries(metrics.map((metric) => [metric, reason]));
}

const inferences: GpuSample["missing"] = { inferenceFps: "not_reported" };
const moderateLater = reasonOf("not_sampled", "moderate");
const slowLater = reasonOf("not_sampled", "slow");
const ofInstances: readonly GpuMetric[] = [
  "memoryUsedMib",
  "memoryTotalMib",
  "computeProcessesCount",
];
const neverOfInstances: GpuSample["missing"] = {
  ...Object.fromEntries(
    Object.entries(reasonOf("not_supported", "tick", "moderate", "slow")).filter(
      ([metric]) => !ofInstances.some((one) => one === metric),
    ),
  ),
  ...inferences,
};

function put(reading: Values, metric: GpuMetric, read: NvmlRead): void {
  if (typeof read === "number") reading.values[metric] = read;
  else reading.missing[metric] = read;
}

function scaled(read: NvmlRead, unit: number): NvmlRead {
  return typeof read === "number" ? read / unit : read;
}

export interface ReadingTime {
  /** The session's clock. */
  nowMs: number;
  /** So much before its time a beat is due: half a poll, since a timer is never exact. */
  slackMs: number;
  /** Moves the next slow beat forward, so that the GPUs of a host do not hold the driver's lock one after the other. */
  staggerMs: number;
  /** False: what is slow waits for another tick. */
  maySlow: boolean;
}

/** One reading of a device: what is due on this tick is read, the rest has the reason `not_sampled`. */
export function readDevice(calls: NvmlCalls, device: NvmlDevice, at: ReadingTime): GpuReading {
  const { gpuUuid, gpuIndex, gpuName, vendor, memoryKind, parentUuid, migProfile } = device;
  const isSlowDue = at.maySlow && at.nowMs >= device.slowDueMs;
  const reading =
    parentUuid === null ? readGpu(calls, device, at) : readInstance(calls, device, isSlowDue);
  if (isSlowDue) device.slowDueMs = at.nowMs + cadenceTierMs.slow - at.slackMs - at.staggerMs;
  const facts = { vendor, memoryKind, parentUuid, migProfile };
  return { gpuUuid, gpuIndex, gpuName, ...facts, ...reading };
}

function readGpu(calls: NvmlCalls, device: NvmlDevice, at: ReadingTime): Values {
  const { nowMs } = at;
  const reading: Values = { values: { ...noValues }, missing: { ...inferences } };
  readTick(calls, device, reading);
  if (nowMs >= device.moderateDueMs) {
    device.moderateDueMs = nowMs + cadenceTierMs.moderate - at.slackMs;
    readModerate(calls, device, reading);
  } else Object.assign(reading.missing, moderateLater);
  if (at.maySlow && nowMs >= device.slowDueMs) readSlow(calls, device, { reading, nowMs });
  else Object.assign(reading.missing, slowLater);
  return reading;
}

/** NVML gives memory and processes of a MIG instance, and nothing else: its utilisation is not measured. */
function readInstance(calls: NvmlCalls, device: NvmlDevice, isSlowDue: boolean): Values {
  const reading: Values = { values: { ...noValues }, missing: { ...neverOfInstances } };
  putMemory(calls, device, reading);
  put(reading, "computeProcessesCount", isSlowDue ? device.computeProcesses : "not_sampled");
  return reading;
}

function putMemory(calls: NvmlCalls, device: NvmlDevice, reading: Values): void {
  if (device.memoryKind === "unified") {
    put(reading, "memoryUsedMib", "not_supported");
    put(reading, "memoryTotalMib", "not_supported");
    return;
  }
  const { used, total } = readMemory(calls, device.handle);
  put(reading, "memoryUsedMib", scaled(used, MIB));
  put(reading, "memoryTotalMib", scaled(total, MIB));
}

function readTick(calls: NvmlCalls, device: NvmlDevice, reading: Values): void {
  const { handle } = device;
  // nvmlUtilization_t: gpu, memory.
  const hasRates = calls.call("nvmlDeviceGetUtilizationRates", handle);
  put(reading, "utilizationPercent", hasRates ? calls.word(0) : calls.reason());
  put(reading, "memoryBandwidthPercent", hasRates ? calls.word(1) : calls.reason());
  putMemory(calls, device, reading);
  put(reading, "powerWatts", scaled(calls.integer("nvmlDeviceGetPowerUsage", handle), MILLI));
  put(reading, "xidCode", device.xidCode);
}

function readModerate(calls: NvmlCalls, { handle }: NvmlDevice, reading: Values): void {
  put(reading, "temperatureCelsius", readTemperature(calls, handle));
  put(reading, "smClockMhz", calls.integer("nvmlDeviceGetClockInfo", handle, CLOCK_SM));
  put(reading, "memoryClockMhz", calls.integer("nvmlDeviceGetClockInfo", handle, CLOCK_MEMORY));
  const state = calls.integer("nvmlDeviceGetPerformanceState", handle);
  put(reading, "performanceState", state === PERFORMANCE_STATE_UNKNOWN ? "not_supported" : state);
  const reasons = calls.has("nvmlDeviceGetCurrentClocksEventReasons")
    ? calls.long("nvmlDeviceGetCurrentClocksEventReasons", handle)
    : calls.long("nvmlDeviceGetCurrentClocksThrottleReasons", handle); // its name until R535
  put(reading, "throttleReasons", reasons);
  const millijoules = calls.long("nvmlDeviceGetTotalEnergyConsumption", handle);
  put(reading, "energyJoules", scaled(millijoules, MILLI));
}

function readTemperature(calls: NvmlCalls, handle: number): NvmlRead {
  const older = calls.integer("nvmlDeviceGetTemperature", handle, SENSOR_GPU);
  if (typeof older === "number" || !calls.has("nvmlDeviceGetTemperatureV")) return older;
  calls.u32[0] = TEMPERATURE_V1;
  calls.u32[1] = SENSOR_GPU;
  if (!calls.callWith("nvmlDeviceGetTemperatureV", handle, calls.u32)) return older;
  return calls.word(2) | 0; // a signed int
}

function readSlow(
  calls: NvmlCalls,
  device: NvmlDevice,
  { reading, nowMs }: { reading: Values; nowMs: number },
): void {
  const { handle } = device;
  const integer = (metric: GpuMetric, ...call: Parameters<NvmlCalls["integer"]>) =>
    put(reading, metric, calls.integer(...call));
  integer("fanSpeedPercent", "nvmlDeviceGetFanSpeed", handle);
  put(reading, "powerLimitWatts", scaled(readPowerLimit(calls, handle), MILLI));
  integer("smClockMaxMhz", "nvmlDeviceGetMaxClockInfo", handle, CLOCK_SM);
  integer("memoryClockMaxMhz", "nvmlDeviceGetMaxClockInfo", handle, CLOCK_MEMORY);
  integer(
    "slowdownTemperatureCelsius",
    "nvmlDeviceGetTemperatureThreshold",
    handle,
    THRESHOLD_SLOWDOWN,
  );
  integer("pcieReplayCounter", "nvmlDeviceGetPcieReplayCounter", handle);
  integer("pcieLinkGeneration", "nvmlDeviceGetCurrPcieLinkGeneration", handle);
  integer("pcieLinkWidth", "nvmlDeviceGetCurrPcieLinkWidth", handle);
  // Each of these two measures for 20 ms (nvml.h).
  integer("pcieTransmitKbPerSecond", "nvmlDeviceGetPcieThroughput", handle, PCIE_TRANSMIT);
  integer("pcieReceiveKbPerSecond", "nvmlDeviceGetPcieThroughput", handle, PCIE_RECEIVE);
  for (const [metric, symbol] of codecs)
    put(reading, metric, calls.callForTwo(symbol, handle) ? calls.word(0) : calls.reason());
  // nvmlBAR1Memory_t: total, free, used.
  const hasBar1 = calls.call("nvmlDeviceGetBAR1MemoryInfo", handle);
  put(reading, "bar1UsedMib", hasBar1 ? calls.longAt(2) / MIB : calls.reason());
  put(reading, "eccCorrectedCount", readEcc(calls, handle, ECC_CORRECTED));
  put(reading, "eccUncorrectedCount", readEcc(calls, handle, ECC_UNCORRECTED));
  const nvlink = readNvlinkRates(calls, device, nowMs);
  put(reading, "nvlinkTransmitKbPerSecond", nvlink.transmit);
  put(reading, "nvlinkReceiveKbPerSecond", nvlink.receive);
  put(reading, "computeProcessesCount", device.computeProcesses);
}

const codecs = [
  ["encoderUtilizationPercent", "nvmlDeviceGetEncoderUtilization"],
  ["decoderUtilizationPercent", "nvmlDeviceGetDecoderUtilization"],
] as const;

/** What is in force, which may be less than what was set. */
function readPowerLimit(calls: NvmlCalls, handle: number): NvmlRead {
  const inForce = calls.integer("nvmlDeviceGetEnforcedPowerLimit", handle);
  if (typeof inForce === "number") return inForce;
  const set = calls.integer("nvmlDeviceGetPowerManagementLimit", handle);
  return typeof set === "number" ? set : inForce;
}

function readEcc(calls: NvmlCalls, handle: number, type: number): NvmlRead {
  const symbol = "nvmlDeviceGetTotalEccErrors";
  const isRead = calls.callWith(symbol, handle, type, ECC_VOLATILE, calls.u32);
  return isRead ? calls.longAt(0) : calls.reason();
}
