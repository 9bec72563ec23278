// Free of zod, so that pages may use it without carrying the schemas into the browser.

/**
 * The values that a sample may hold. The first 25 are those of the prescribed format, in the order of the REST answer; ours follow.
 * Reasons are stored by place (missing-code.ts): metrics are only ever added at the end.
 */
export const gpuMetrics = [
  "utilizationPercent",
  "memoryUsedMib",
  "memoryTotalMib",
  "temperatureCelsius",
  "powerWatts",
  "inferenceFps",
  "fanSpeedPercent",
  "smClockMhz",
  "memoryBandwidthPercent",
  "performanceState",
  "throttleReasons",
  "powerLimitWatts",
  "smClockMaxMhz",
  "computeProcessesCount",
  "pcieReplayCounter",
  "slowdownTemperatureCelsius",
  "memoryClockMhz",
  "memoryClockMaxMhz",
  "pcieLinkGeneration",
  "pcieLinkWidth",
  "pcieTransmitKbPerSecond",
  "pcieReceiveKbPerSecond",
  "encoderUtilizationPercent",
  "decoderUtilizationPercent",
  "bar1UsedMib",
  "energyJoules",
  "eccCorrectedCount",
  "eccUncorrectedCount",
  "nvlinkTransmitKbPerSecond",
  "nvlinkReceiveKbPerSecond",
  "xidCode",
] as const;

type GpuMetric = (typeof gpuMetrics)[number];

export interface GpuMetricFacts {
  /** Key in `/api/system/*`, `/ws/system` and column of `gpu_stats`: prescribed, never renamed. */
  key: string;
  /** Name on a page, sentence case. */
  label: string;
  /** Unit as shown; "" for a count, a state or a bit field. */
  unit: string;
  /** A value outside these bounds is impossible and is kept as null with reason `impossible_value`. */
  min: number;
  max: number;
  /** How the column is stored. */
  storedAs: "integer" | "real";
}

type FactsOf = (name: { key: string; label: string; unit?: string }, max: number) => GpuMetricFacts;

const integer: FactsOf = ({ key, label, unit = "" }, max) => ({
  key,
  label,
  unit,
  min: 0,
  max,
  storedAs: "integer",
});
const real: FactsOf = (name, max) => ({ ...integer(name, max), storedAs: "real" });

const MAX_INTEGER = 2_147_483_647;
const MAX_MEMORY_MIB = 16 * 1024 * 1024;
const MAX_CLOCK_MHZ = 100_000;
const MAX_POWER_WATTS = 100_000;
const MAX_JOULES = 1e15;

/** One row a metric; keys of the prescribed format (docs/api.md), units of the driver. */
export const gpuMetricFacts: Readonly<Record<GpuMetric, GpuMetricFacts>> = {
  utilizationPercent: real({ key: "utilization", label: "Utilisation", unit: "%" }, 100),
  memoryUsedMib: integer({ key: "memory_used", label: "VRAM used", unit: "MiB" }, MAX_MEMORY_MIB),
  memoryTotalMib: integer(
    { key: "memory_total", label: "VRAM total", unit: "MiB" },
    MAX_MEMORY_MIB,
  ),
  temperatureCelsius: {
    ...real({ key: "temperature", label: "Temperature", unit: "°C" }, 200),
    min: -60,
  },
  powerWatts: real({ key: "power_usage", label: "Power", unit: "W" }, MAX_POWER_WATTS),
  inferenceFps: real({ key: "inference_fps", label: "Inferences", unit: "/s" }, 1_000_000),
  fanSpeedPercent: integer({ key: "fan_speed", label: "Fan", unit: "%" }, 200), // the driver's scale passes 100 on some boards
  smClockMhz: integer({ key: "sm_clock", label: "SM clock", unit: "MHz" }, MAX_CLOCK_MHZ),
  memoryBandwidthPercent: real(
    { key: "memory_bandwidth_utilization", label: "Memory bus", unit: "%" },
    100,
  ),
  performanceState: integer({ key: "pstate", label: "P-state" }, 15),
  // 64 bits in the driver; the bits that are defined today fit 32 (NVML: nvmlClocksEventReasons).
  throttleReasons: integer({ key: "throttle_reasons", label: "Throttle reasons" }, MAX_INTEGER),
  powerLimitWatts: real({ key: "power_limit", label: "Power limit", unit: "W" }, MAX_POWER_WATTS),
  smClockMaxMhz: integer(
    { key: "sm_clock_max", label: "SM clock, max", unit: "MHz" },
    MAX_CLOCK_MHZ,
  ),
  computeProcessesCount: integer(
    { key: "compute_processes_count", label: "Compute processes" },
    100_000,
  ),
  pcieReplayCounter: integer({ key: "pcie_replay_counter", label: "PCIe replays" }, MAX_INTEGER),
  slowdownTemperatureCelsius: {
    ...real({ key: "temp_slowdown_threshold", label: "Slows at", unit: "°C" }, 200),
    min: -60,
  },
  memoryClockMhz: integer(
    { key: "memory_clock", label: "Memory clock", unit: "MHz" },
    MAX_CLOCK_MHZ,
  ),
  memoryClockMaxMhz: integer(
    { key: "memory_clock_max", label: "Memory clock, max", unit: "MHz" },
    MAX_CLOCK_MHZ,
  ),
  pcieLinkGeneration: integer({ key: "pcie_link_gen", label: "PCIe generation" }, 16),
  pcieLinkWidth: integer({ key: "pcie_link_width", label: "PCIe width" }, 64),
  pcieTransmitKbPerSecond: integer(
    { key: "pcie_tx_throughput", label: "PCIe out", unit: "KB/s" },
    MAX_INTEGER,
  ),
  pcieReceiveKbPerSecond: integer(
    { key: "pcie_rx_throughput", label: "PCIe in", unit: "KB/s" },
    MAX_INTEGER,
  ),
  encoderUtilizationPercent: integer(
    { key: "encoder_utilization", label: "Encoder", unit: "%" },
    100,
  ),
  decoderUtilizationPercent: integer(
    { key: "decoder_utilization", label: "Decoder", unit: "%" },
    100,
  ),
  bar1UsedMib: integer({ key: "bar1_used", label: "BAR1 used", unit: "MiB" }, MAX_MEMORY_MIB),
  // A counter of the driver since it was loaded; a step down is a new start of it.
  energyJoules: real({ key: "energy", label: "Energy since driver start", unit: "J" }, MAX_JOULES),
  // Since the driver was loaded (NVML: volatile).
  eccCorrectedCount: integer({ key: "ecc_corrected", label: "ECC corrected" }, MAX_INTEGER),
  eccUncorrectedCount: integer({ key: "ecc_uncorrected", label: "ECC uncorrected" }, MAX_INTEGER),
  // Sum over all links of the GPU.
  nvlinkTransmitKbPerSecond: integer(
    { key: "nvlink_tx_throughput", label: "NVLink out", unit: "KB/s" },
    MAX_INTEGER,
  ),
  nvlinkReceiveKbPerSecond: integer(
    { key: "nvlink_rx_throughput", label: "NVLink in", unit: "KB/s" },
    MAX_INTEGER,
  ),
  // The last Xid error that the driver reported; 0 = none since the source began to look.
  xidCode: integer({ key: "xid", label: "Last Xid" }, 1_000),
};

/** A metric whose value is a set of bits: it has no mean, several are merged bit by bit. */
export function isBitField(metric: GpuMetric): boolean {
  return metric === "throttleReasons";
}
