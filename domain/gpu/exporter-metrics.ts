import type { GpuMetric } from "./gpu-metric";

/** Where a value of an exporter belongs. Several names may give one metric: the lowest rank wins. */
export interface ExporterMetric {
  metric: GpuMetric;
  /** Ours = theirs × factor. */
  factor: number;
  rank: number;
}

const BYTES_PER_MIB = 1_048_576;
const MIB = 1 / BYTES_PER_MIB;
// "KB/s" of the driver is taken as 1,000 bytes/s, as nvidia_gpu_exporter does; NVML's documents do not say.
const KB = 1e-3;
const MHZ = 1e-6;
const PERCENT = 100;

const direct = (metric: GpuMetric, factor = 1, rank = 0): ExporterMetric => ({
  metric,
  factor,
  rank,
});

/**
 * Names of dcgm-exporter (fields of DCGM, units of its etc/*.csv) and of nvidia_gpu_exporter (docs/METRICS.md: bytes, hertz, ratios),
 * each as published. The `PROF` ratios are all that dcgm-exporter gives of a MIG instance.
 */
const table: Readonly<Record<string, ExporterMetric>> = {
  DCGM_FI_DEV_GPU_UTIL: direct("utilizationPercent"),
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: direct("utilizationPercent", PERCENT, 1),
  DCGM_FI_DEV_FB_USED: direct("memoryUsedMib"),
  DCGM_FI_DEV_FB_TOTAL: direct("memoryTotalMib"),
  DCGM_FI_DEV_GPU_TEMP: direct("temperatureCelsius"),
  DCGM_FI_DEV_POWER_USAGE: direct("powerWatts"),
  DCGM_FI_DEV_FAN_SPEED: direct("fanSpeedPercent"),
  DCGM_FI_DEV_SM_CLOCK: direct("smClockMhz"),
  DCGM_FI_DEV_MEM_COPY_UTIL: direct("memoryBandwidthPercent"),
  DCGM_FI_PROF_DRAM_ACTIVE: direct("memoryBandwidthPercent", PERCENT, 1),
  DCGM_FI_DEV_PSTATE: direct("performanceState"),
  DCGM_FI_DEV_CLOCKS_EVENT_REASONS: direct("throttleReasons"),
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: direct("throttleReasons", 1, 1),
  DCGM_FI_DEV_POWER_MGMT_LIMIT: direct("powerLimitWatts"),
  DCGM_FI_DEV_MAX_SM_CLOCK: direct("smClockMaxMhz"),
  DCGM_FI_DEV_PCIE_REPLAY_COUNTER: direct("pcieReplayCounter"),
  DCGM_FI_DEV_SLOWDOWN_TEMP: direct("slowdownTemperatureCelsius"),
  DCGM_FI_DEV_MEM_CLOCK: direct("memoryClockMhz"),
  DCGM_FI_DEV_MAX_MEM_CLOCK: direct("memoryClockMaxMhz"),
  DCGM_FI_DEV_PCIE_LINK_GEN: direct("pcieLinkGeneration"),
  DCGM_FI_DEV_PCIE_LINK_WIDTH: direct("pcieLinkWidth"),
  DCGM_FI_PROF_PCIE_TX_BYTES: direct("pcieTransmitKbPerSecond", KB),
  DCGM_FI_PROF_PCIE_RX_BYTES: direct("pcieReceiveKbPerSecond", KB),
  DCGM_FI_DEV_PCIE_TX_THROUGHPUT: direct("pcieTransmitKbPerSecond", 1, 1),
  DCGM_FI_DEV_PCIE_RX_THROUGHPUT: direct("pcieReceiveKbPerSecond", 1, 1),
  DCGM_FI_DEV_ENC_UTIL: direct("encoderUtilizationPercent"),
  DCGM_FI_DEV_DEC_UTIL: direct("decoderUtilizationPercent"),
  DCGM_FI_DEV_BAR1_USED: direct("bar1UsedMib"),
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: direct("energyJoules", 1e-3),
  DCGM_FI_DEV_ECC_SBE_VOL_TOTAL: direct("eccCorrectedCount"),
  DCGM_FI_DEV_ECC_DBE_VOL_TOTAL: direct("eccUncorrectedCount"),
  DCGM_FI_PROF_NVLINK_TX_BYTES: direct("nvlinkTransmitKbPerSecond", KB),
  DCGM_FI_PROF_NVLINK_RX_BYTES: direct("nvlinkReceiveKbPerSecond", KB),
  DCGM_FI_DEV_XID_ERRORS: direct("xidCode"),

  nvidia_smi_utilization_gpu_ratio: direct("utilizationPercent", PERCENT),
  nvidia_smi_mig_graphics_activity_ratio: direct("utilizationPercent", PERCENT),
  nvidia_smi_memory_used_bytes: direct("memoryUsedMib", MIB),
  nvidia_smi_mig_memory_used_bytes: direct("memoryUsedMib", MIB),
  nvidia_smi_memory_total_bytes: direct("memoryTotalMib", MIB),
  nvidia_smi_mig_memory_total_bytes: direct("memoryTotalMib", MIB),
  nvidia_smi_temperature_gpu: direct("temperatureCelsius"),
  nvidia_smi_power_draw_watts: direct("powerWatts"),
  nvidia_smi_fan_speed_ratio: direct("fanSpeedPercent", PERCENT),
  nvidia_smi_clocks_current_sm_clock_hz: direct("smClockMhz", MHZ),
  nvidia_smi_clocks_sm_clock_hz: direct("smClockMhz", MHZ, 1),
  nvidia_smi_utilization_memory_ratio: direct("memoryBandwidthPercent", PERCENT),
  nvidia_smi_pstate: direct("performanceState"),
  nvidia_smi_clocks_event_reasons_active: direct("throttleReasons"),
  nvidia_smi_clocks_throttle_reasons_active: direct("throttleReasons", 1, 1),
  nvidia_smi_power_limit_watts: direct("powerLimitWatts"),
  nvidia_smi_clocks_max_sm_clock_hz: direct("smClockMaxMhz", MHZ),
  nvidia_smi_compute_apps: direct("computeProcessesCount"),
  nvidia_smi_clocks_current_memory_clock_hz: direct("memoryClockMhz", MHZ),
  nvidia_smi_clocks_mem_clock_hz: direct("memoryClockMhz", MHZ, 1),
  nvidia_smi_clocks_max_memory_clock_hz: direct("memoryClockMaxMhz", MHZ),
  nvidia_smi_clocks_max_mem_clock_hz: direct("memoryClockMaxMhz", MHZ, 1),
  nvidia_smi_pcie_link_gen_gpucurrent: direct("pcieLinkGeneration"),
  nvidia_smi_pcie_link_gen_current: direct("pcieLinkGeneration", 1, 1),
  nvidia_smi_pcie_link_width_current: direct("pcieLinkWidth"),
  nvidia_smi_pcie_throughput_tx_bytes_per_second: direct("pcieTransmitKbPerSecond", KB),
  nvidia_smi_mig_pcie_throughput_tx_bytes_per_second: direct("pcieTransmitKbPerSecond", KB),
  nvidia_smi_pcie_throughput_rx_bytes_per_second: direct("pcieReceiveKbPerSecond", KB),
  nvidia_smi_mig_pcie_throughput_rx_bytes_per_second: direct("pcieReceiveKbPerSecond", KB),
  nvidia_smi_utilization_encoder_ratio: direct("encoderUtilizationPercent", PERCENT),
  nvidia_smi_utilization_decoder_ratio: direct("decoderUtilizationPercent", PERCENT),
  nvidia_smi_energy_joules_total: direct("energyJoules"),
  nvidia_smi_ecc_errors_corrected_volatile_total: direct("eccCorrectedCount"),
  nvidia_smi_ecc_errors_uncorrected_volatile_total: direct("eccUncorrectedCount"),
};

/** DCGM has no total in its usual list: it is the sum of these, in MiB. */
export const framebufferParts = {
  DCGM_FI_DEV_FB_USED: "used",
  DCGM_FI_DEV_FB_FREE: "free",
  DCGM_FI_DEV_FB_RESERVED: "reserved",
} as const;

const identityNames = new Set([
  "nvidia_smi_gpu_info",
  "nvidia_smi_mig_info",
  "nvidia_smi_xid_last_timestamp_seconds",
]);

/** Whether a metric of an exporter says something of a GPU that we read. */
export function isExporterMetric(name: string): boolean {
  return (
    Object.hasOwn(table, name) || Object.hasOwn(framebufferParts, name) || identityNames.has(name)
  );
}

export function exporterMetric(name: string): ExporterMetric | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}
