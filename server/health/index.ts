export { createDatabaseProbe } from "./database-probe-store";
export { registerHealthMetrics } from "./health-metrics";
export { HealthMonitor } from "./health-monitor";
export { healthRoutes } from "./health-routes";
