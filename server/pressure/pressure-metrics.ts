import { Counter, Gauge, type Registry } from "@prometheus-io/client";
import type { GpuPressure } from "@/domain/pressure/gpu-pressure";
import type { DeliveryCounts } from "./webhook-deliverer";
import type { TrackedGpu } from "./pressure-tracker";

const labelNames = ["gpu", "uuid", "host", "source"] as const;
type GpuLabels = (typeof labelNames)[number];

/** 0, 1, 2: `> 1` in an alert rule reads "critical". */
const levelValues = { normal: 0, warning: 1, critical: 2 } as const;

export interface PressureMetricsOptions {
  registry: Registry;
  gpus: () => readonly GpuPressure[];
  transitionsOf: (gpuUuid: string) => TrackedGpu["transitions"] | undefined;
  droppedEvents: () => number;
  deliveryCounts: () => Readonly<DeliveryCounts>;
}

const labelsOf = ({ gpuIndex, gpuUuid, host, source }: GpuPressure) => ({
  gpu: gpuIndex,
  uuid: gpuUuid,
  host,
  source,
});

/** A gauge of each GPU that reports now and has the value. */
function registerGauge(
  { registry, gpus }: PressureMetricsOptions,
  gauge: { name: string; help: string; read: (gpu: GpuPressure) => number | null },
): string {
  new Gauge<GpuLabels>({
    name: gauge.name,
    help: gauge.help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const gpu of gpus()) {
        const value = gpu.stale ? null : gauge.read(gpu);
        if (value !== null) this.set(labelsOf(gpu), value);
      }
    },
  });
  return gauge.name;
}

function registerTransitions({ registry, gpus, transitionsOf }: PressureMetricsOptions): string {
  const name = "sightline_gpu_memory_pressure_transitions_total";
  new Counter<GpuLabels | "level">({
    name,
    help: "How often a GPU entered a level of memory pressure since the start.",
    labelNames: [...labelNames, "level"],
    registers: [registry],
    collect() {
      this.reset();
      for (const gpu of gpus())
        for (const { source, level, count } of transitionsOf(gpu.gpuUuid)?.values() ?? [])
          this.inc({ ...labelsOf(gpu), source, level }, count);
    },
  });
  return name;
}

function registerCounts({ registry, droppedEvents, deliveryCounts }: PressureMetricsOptions) {
  const dropped = "sightline_gpu_pressure_events_dropped_total";
  new Counter({
    name: dropped,
    help: "Events that were not stored because too many waited for the database.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedEvents());
    },
  });
  const deliveries = "sightline_gpu_pressure_webhook_attempts_total";
  new Counter<"outcome">({
    name: deliveries,
    help: "Attempts to tell a webhook target: delivered, retried (it failed), given_up (it failed for 24 h).",
    labelNames: ["outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(deliveryCounts())) this.inc({ outcome }, count);
    },
  });
  return [dropped, deliveries];
}

/** Registers all series of pressure, read at each scrape. Answers a function that takes them out again. */
export function registerPressureMetrics(options: PressureMetricsOptions): () => void {
  const names = [
    registerGauge(options, {
      name: "sightline_gpu_memory_pressure_level",
      help: "Memory pressure of a GPU: 0 normal, 1 warning, 2 critical. No series where memory is not known.",
      read: ({ level }) => level && levelValues[level],
    }),
    registerGauge(options, {
      name: "sightline_gpu_memory_critical_forecast_seconds",
      help: "Seconds until the critical threshold, if memory goes on growing as in the last minutes. No series without a forecast.",
      read: ({ forecast }) => forecast?.secondsToCritical ?? null,
    }),
    registerTransitions(options),
    ...registerCounts(options),
  ];
  return () => {
    for (const name of names) options.registry.removeSingleMetric(name);
  };
}
