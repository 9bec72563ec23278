import * as z from "zod";

/** 1 = healthy, 0.5 = degraded, 0 = unhealthy, so that a monitor can compare it; null = not configured. */
const StatusValue = z.union([z.literal(1), z.literal(0.5), z.literal(0)]);

export const ServiceStatus = z.enum(["healthy", "degraded", "unhealthy", "not_configured"]);
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const ServiceHealth = z.object({
  status: ServiceStatus,
  status_value: StatusValue.nullable(),
  /** A sentence for a person. Never an internal address. */
  message: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type ServiceHealth = z.infer<typeof ServiceHealth>;

export const HealthServices = z.object({
  database: ServiceHealth,
  redis: ServiceHealth,
  ai: ServiceHealth,
  /** Agents of other hosts; those of machines that may be switched off, so it counts in no overall status. */
  agents: ServiceHealth.optional(),
});
export type HealthServices = z.infer<typeof HealthServices>;

export const HealthEvent = z.object({
  timestamp: z.iso.datetime(),
  service: z.string(),
  event_type: z.enum(["failure", "recovery", "restart"]),
  message: z.string(),
});
export type HealthEvent = z.infer<typeof HealthEvent>;

/** Memory of the server's process; MiB under the prescribed keys. Null: this system does not tell. */
export const MemoryReport = z.object({
  rss_mb: z.number(),
  vms_mb: z.number().nullable(),
  /** Of the whole machine. */
  percent: z.number(),
  container_limit_mb: z.number().nullable(),
  container_usage_percent: z.number().nullable(),
  /** warning above 80 %, critical above 90 % of the container, or without one of the machine. */
  status: z.enum(["healthy", "warning", "critical"]),
});
export type MemoryReport = z.infer<typeof MemoryReport>;

export const SystemStatus = z.enum(["healthy", "degraded", "unhealthy"]);
export type SystemStatus = z.infer<typeof SystemStatus>;

/** `/api/system/health` and `/api/health`; keys are prescribed. */
export const HealthReport = z.object({
  status: SystemStatus,
  status_value: StatusValue,
  services: HealthServices,
  timestamp: z.iso.datetime(),
  /** Newest first, at most 50. */
  recent_events: z.array(HealthEvent),
  memory: MemoryReport.nullable(),
});
export type HealthReport = z.infer<typeof HealthReport>;

export const WorkerHealth = z.object({
  name: z.string(),
  running: z.boolean(),
  message: z.string(),
});
export type WorkerHealth = z.infer<typeof WorkerHealth>;

/** `/api/system/health/ready` and `/ready`; keys are prescribed. */
export const ReadinessReport = z.object({
  ready: z.boolean(),
  status: z.enum(["ready", "degraded", "not_ready"]),
  services: HealthServices,
  workers: z.array(WorkerHealth),
  timestamp: z.iso.datetime(),
  ai_warmth_status: z.null(),
  supervisor_healthy: z.boolean(),
});
export type ReadinessReport = z.infer<typeof ReadinessReport>;

/** The number beside a status; null for what is not configured, which is no failure. */
export function statusValueOf(status: SystemStatus): 1 | 0.5 | 0;
export function statusValueOf(status: ServiceStatus): 1 | 0.5 | 0 | null;
export function statusValueOf(status: ServiceStatus): 1 | 0.5 | 0 | null {
  return { healthy: 1, degraded: 0.5, unhealthy: 0, not_configured: null }[status] as
    1 | 0.5 | 0 | null;
}

/** Without its database the portal is unhealthy; any other trouble of a service makes it degraded, but for a lost agent. */
export function overallStatus({ agents: _agents, ...services }: HealthServices): SystemStatus {
  if (services.database.status === "unhealthy") return "unhealthy";
  const isTroubled = Object.values(services).some(
    ({ status }) => status === "unhealthy" || status === "degraded",
  );
  return isTroubled ? "degraded" : "healthy";
}
