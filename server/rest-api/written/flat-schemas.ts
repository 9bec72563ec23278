import * as z from "zod";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { GpuSource, MissingReason } from "@/domain/gpu/gpu-sample";
import { HealthReport, ReadinessReport, SystemStatus } from "@/domain/health/health-report";
import { PressureLevel } from "@/domain/pressure/pressure-level";

// What the routes in the prescribed spelling answer (`flatGpu`, `pressureAnswer` and their like write it). Tests hold their
// answers against these.

const IsoTime = z.iso.datetime();
const count = z.int().min(0);
const value = z.number().nullable();

const flatValues = {
  gpu_name: z.string().nullable(),
  ...Object.fromEntries(gpuMetrics.map((metric) => [gpuMetricFacts[metric].key, value])),
  gpu_utilization: value,
  recorded_at: IsoTime.nullable(),
  source: GpuSource.nullable(),
  simulated: z.boolean(),
  gpu_index: z.int().nullable(),
  gpu_uuid: z.string().nullable(),
  missing: z.record(z.string(), MissingReason).nullable(),
  host: z.string().nullable(),
  vendor: z.string().nullable(),
  memory_kind: z.string().nullable(),
  parent_uuid: z.string().nullable(),
  mig_profile: z.string().nullable(),
  value_ages_ms: z.record(z.string(), z.number()).nullable(),
};

/** One GPU by its newest sample. */
export const FlatGpu = z.object({ ...flatValues, stale: z.boolean() });

export const FlatGpuState = FlatGpu.extend({ gpus: z.array(FlatGpu) });

/** One sample of the past. */
export const FlatGpuSample = z.object(flatValues);

export const FlatGpuHistory = z.object({
  items: z.array(FlatGpuSample),
  pagination: z.object({
    total: count,
    limit: count,
    offset: z.null(),
    cursor: z.string().nullable(),
    next_cursor: z.string().nullable(),
    has_more: z.boolean(),
  }),
  stale: z.boolean(),
});

export const FlatGpuProcesses = z.object({
  gpu_uuid: z.string(),
  read_at: IsoTime,
  age_ms: z.number(),
  fresh: z.boolean(),
  note: z.string().nullable(),
  problem: z.string().nullable(),
  cut: z.boolean(),
  processes: z.array(
    z.object({
      pid: count,
      name: z.string().nullable(),
      kind: z.enum(["compute", "graphics", "both"]).nullable(),
      memory_used: value,
      container_id: z.string().nullable(),
      control_group: z.string().nullable(),
    }),
  ),
});

export const FlatQuarantined = z.object({
  items: z.array(
    z.object({
      recorded_at: IsoTime,
      gpu_uuid: z.string(),
      metric: z.string(),
      source: GpuSource,
      raw_value: z.string(),
    }),
  ),
  counts: z.array(z.object({ gpu_uuid: z.string(), metric: z.string(), count })),
});

export const FlatCleanUp = z.object({
  gpu_stats_deleted: count,
  space_reclaimed: count,
  retention_days: z.number().nullable(),
  dry_run: z.boolean(),
  timestamp: IsoTime,
  tables: z.array(
    z.object({
      table: z.string(),
      retention_days: z.number(),
      partitions: z.array(z.string()),
      rows: count,
      bytes: count,
    }),
  ),
  postponed: z.array(z.string()),
});

export const FlatAgents = z.object({
  agents: z.array(
    z.object({
      host: z.string(),
      state: z.enum(["live", "lost"]),
      version: z.string(),
      first_seen_at: IsoTime,
      last_seen_at: IsoTime,
      behind_samples: count,
      behind_seconds: z.number(),
      dropped_samples: count,
      clock_offset_seconds: z.number(),
    }),
  ),
  timestamp: IsoTime,
});

const FlatForecast = z.object({
  seconds_to_critical: z.number(),
  confidence: z.number(),
  slope_per_minute: z.number(),
  span_seconds: z.number(),
});

const FlatGpuPressure = z.object({
  gpu_index: z.int(),
  gpu_uuid: z.string(),
  host: z.string(),
  parent_uuid: z.string().nullable(),
  source: GpuSource,
  simulated: z.boolean(),
  stale: z.boolean(),
  level: PressureLevel.nullable(),
  since: IsoTime.nullable(),
  memory_share: value,
  memory_used: value,
  memory_total: value,
  recorded_at: IsoTime,
  advised_concurrency: count,
  forecast: FlatForecast.nullable(),
  total_warning_events: count,
  total_critical_events: count,
});

export const FlatPressure = z.object({
  current_level: PressureLevel.nullable(),
  warning_threshold: z.number(),
  critical_threshold: z.number(),
  total_warning_events: count,
  total_critical_events: count,
  last_warning_event_at: IsoTime.nullable(),
  last_critical_event_at: IsoTime.nullable(),
  max: z.int(),
  advised_concurrency: count,
  note: z.string().nullable(),
  since: IsoTime.nullable(),
  version: count,
  server_time: IsoTime,
  gpus: z.array(FlatGpuPressure),
});

export const Alive = z.object({ status: z.literal("alive"), timestamp: IsoTime.optional() });

/** The whole report, or what those get who may not read. */
export const HealthAnswer = z.union([
  HealthReport,
  z.object({ status: SystemStatus, timestamp: IsoTime }),
]);

/** As above. */
export const ReadinessAnswer = z.union([
  ReadinessReport,
  ReadinessReport.pick({ ready: true, status: true, timestamp: true }),
]);
