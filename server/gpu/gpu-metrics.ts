import { Counter, Gauge, type Registry } from "@prometheus-io/client";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { type Refusal, refusalReasons } from "./admit-samples";
import type { QuarantineCounts } from "./count-quarantined";
import type { PartitionJob } from "./partition-job";
import { registerPartitionMetrics } from "./partition-metrics";
import type { SampleWriterState } from "./sample-writer";
import { spoolCounters, spoolGauges } from "./spool-metrics";

// The seed's seven names, spelt as its dashboards have them; "_mb" holds MiB there too. All others are ours.
const prescribedNames: Partial<Record<GpuMetric, string>> = {
  utilizationPercent: "hsi_gpu_utilization",
  memoryUsedMib: "hsi_gpu_memory_used_mb",
  memoryTotalMib: "hsi_gpu_memory_total_mb",
  temperatureCelsius: "hsi_gpu_temperature",
  inferenceFps: "hsi_inference_fps",
  throttleReasons: "hsi_gpu_throttle_reasons",
  powerLimitWatts: "hsi_gpu_power_limit_watts",
};

const suffixes: Partial<Record<GpuMetric, string>> = {
  powerWatts: "power_watts",
  fanSpeedPercent: "fan_speed_percent",
  smClockMhz: "sm_clock_mhz",
  smClockMaxMhz: "sm_clock_max_mhz",
  memoryBandwidthPercent: "memory_bandwidth_utilization_percent",
  computeProcessesCount: "compute_processes",
  slowdownTemperatureCelsius: "slowdown_temperature_celsius",
  memoryClockMhz: "memory_clock_mhz",
  memoryClockMaxMhz: "memory_clock_max_mhz",
  pcieTransmitKbPerSecond: "pcie_transmit_kb_per_second",
  pcieReceiveKbPerSecond: "pcie_receive_kb_per_second",
  encoderUtilizationPercent: "encoder_utilization_percent",
  decoderUtilizationPercent: "decoder_utilization_percent",
  bar1UsedMib: "bar1_used_mib",
  energyJoules: "energy_joules",
  nvlinkTransmitKbPerSecond: "nvlink_transmit_kb_per_second",
  nvlinkReceiveKbPerSecond: "nvlink_receive_kb_per_second",
};

/** The series of a metric, such as `hsi_gpu_utilization` or `sightline_gpu_power_watts`. */
function seriesName(metric: GpuMetric): string {
  const suffix = suffixes[metric] ?? gpuMetricFacts[metric].key;
  return prescribedNames[metric] ?? `sightline_gpu_${suffix}`;
}

function helpOf(metric: GpuMetric): string {
  const { label, unit } = gpuMetricFacts[metric];
  return unit === "" ? `${label}.` : `${label} (${unit}).`;
}

export interface GpuMetricsOptions {
  registry: Registry;
  readFleet: () => GpuFleet;
  writerState: () => SampleWriterState;
  refusedCounts: () => Readonly<Record<Refusal, number>>;
  quarantineCounts: () => Readonly<QuarantineCounts>;
  partitionJob: Pick<PartitionJob, "state">;
  nowMs: () => number;
}

type GpuLabels = "gpu" | "uuid" | "source";
const labelNames = ["gpu", "uuid", "source"] as const;

/** One gauge a metric; a GPU without this value, or a stale one, has no series, so that nobody alerts on an old value. */
function registerValues(options: GpuMetricsOptions): string[] {
  return gpuMetrics.map((metric) => {
    const name = seriesName(metric);
    new Gauge<GpuLabels>({
      name,
      help: helpOf(metric),
      labelNames,
      registers: [options.registry],
      collect() {
        this.reset();
        for (const { sample, stale } of options.readFleet().gpus) {
          const value = sample.values[metric];
          const labels = { gpu: sample.gpuIndex, uuid: sample.gpuUuid, source: sample.source };
          if (value !== null && !stale) this.set(labels, value);
        }
      },
    });
    return name;
  });
}

function registerAge(options: GpuMetricsOptions): string {
  const name = "sightline_gpu_sample_age_seconds";
  new Gauge<GpuLabels>({
    name,
    help: "Age of the newest sample of each GPU; also of those whose values are too old to be shown.",
    labelNames,
    registers: [options.registry],
    collect() {
      this.reset();
      for (const { sample } of options.readFleet().gpus) {
        const labels = { gpu: sample.gpuIndex, uuid: sample.gpuUuid, source: sample.source };
        const ageMs = options.nowMs() - sample.recordedAtMs;
        this.set(labels, Math.max(0, ageMs) / 1_000);
      }
    },
  });
  return name;
}

export interface Reading {
  name: string;
  help: string;
  read: () => number;
}

function registerGauges(registry: Registry, readings: readonly Reading[]): void {
  for (const { name, help, read } of readings) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** Counters that show what is counted elsewhere. */
function registerCounters(registry: Registry, readings: readonly Reading[]): void {
  for (const { name, help, read } of readings) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

function writerGauges({ writerState, nowMs }: GpuMetricsOptions): Reading[] {
  return [
    {
      name: "sightline_gpu_writer_queued_samples",
      help: "Samples that wait for the database.",
      read: () => writerState().queuedSamples,
    },
    {
      name: "sightline_gpu_writer_lag_seconds",
      help: "Age of the oldest sample that waits for the database; 0 when none waits.",
      read: () => {
        const { oldestQueuedMs } = writerState();
        return oldestQueuedMs === null ? 0 : Math.max(0, nowMs() - oldestQueuedMs) / 1_000;
      },
    },
  ];
}

function writerCounters({ writerState }: GpuMetricsOptions): Reading[] {
  return [
    {
      name: "sightline_gpu_samples_written_total",
      help: "Samples that the database took.",
      read: () => writerState().writtenSamples,
    },
    {
      name: "sightline_gpu_samples_duplicate_total",
      help: "Samples that the database had already.",
      read: () => writerState().duplicateSamples,
    },
    {
      name: "sightline_gpu_samples_dropped_total",
      help: "Samples lost because the queue was full while the database was away.",
      read: () => writerState().droppedSamples,
    },
    {
      name: "sightline_gpu_write_failures_total",
      help: "Statements that the database did not take; their samples wait and are sent again.",
      read: () => writerState().failures,
    },
  ];
}

function registerRefusals(options: GpuMetricsOptions): string {
  const name = "sightline_gpu_samples_refused_total";
  new Counter<"reason">({
    name,
    help: "Samples that were not taken, by reason.",
    labelNames: ["reason"],
    registers: [options.registry],
    collect() {
      this.reset();
      const counts = options.refusedCounts();
      for (const reason of refusalReasons) this.inc({ reason }, counts[reason]);
      this.inc({ reason: "unstorable" }, options.writerState().refusedSamples);
    },
  });
  return name;
}

function registerQuarantine(options: GpuMetricsOptions): string {
  const name = "sightline_gpu_values_quarantined_total";
  new Counter<"metric">({
    name,
    help: "Values outside of physical bounds, shown as null, by metric.",
    labelNames: ["metric"],
    registers: [options.registry],
    collect() {
      this.reset();
      const counts = options.quarantineCounts();
      for (const metric of gpuMetrics)
        this.inc({ metric: gpuMetricFacts[metric].key }, counts[metric]);
    },
  });
  return name;
}

/** Registers all series of GPUs, read at each scrape. Answers a function that takes them out again. */
export function registerGpuMetrics(options: GpuMetricsOptions): () => void {
  const { registry } = options;
  const gauges = [...writerGauges(options), ...spoolGauges(options.writerState)];
  const counters = [...writerCounters(options), ...spoolCounters(options.writerState)];
  registerGauges(registry, gauges);
  registerCounters(registry, counters);
  const names = [
    ...registerValues(options),
    registerAge(options),
    registerRefusals(options),
    registerQuarantine(options),
    ...registerPartitionMetrics(options),
    ...[...gauges, ...counters].map((reading) => reading.name),
  ];
  return () => {
    for (const name of names) registry.removeSingleMetric(name);
  };
}
