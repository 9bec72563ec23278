import {
  type ServiceHealth,
  type ServiceStatus,
  statusValueOf,
} from "@/domain/health/health-report";

/** What is reported of one service; `message` is a sentence for a person. */
export function serviceHealth(
  status: ServiceStatus,
  message: string,
  details: Record<string, unknown> | null = null,
): ServiceHealth {
  return { status, status_value: statusValueOf(status), message, details };
}
