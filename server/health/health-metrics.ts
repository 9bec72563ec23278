import { Gauge, type Registry } from "@prometheus-io/client";
import { statusValueOf } from "@/domain/health/health-report";
import type { HealthMonitor } from "./health-monitor";

const names = ["system", "database", "redis", "ai"] as const;

/**
 * `hsi_system_healthy` and one a service: 1, 0.5 or 0; no series for what is not configured. Answers the function that takes
 * them off the registry again.
 */
export function registerHealthMetrics(
  registry: Registry,
  monitor: Pick<HealthMonitor, "overall" | "lastServices">,
): () => void {
  for (const name of names) {
    new Gauge({
      name: metricName(name),
      help: `Health of ${name}: 1 healthy, 0.5 degraded, 0 unhealthy.`,
      registers: [registry],
      collect() {
        const value = valueOf(monitor, name);
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }
  return () => {
    for (const name of names) registry.removeSingleMetric(metricName(name));
  };
}

function metricName(name: string): string {
  return `hsi_${name}_healthy`;
}

function valueOf(
  monitor: Pick<HealthMonitor, "overall" | "lastServices">,
  name: (typeof names)[number],
): number | null {
  if (name === "system") return statusValueOf(monitor.overall());
  return monitor.lastServices()?.[name].status_value ?? null;
}
