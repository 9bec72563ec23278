import { expect, test } from "vitest";
import {
  type HealthServices,
  overallStatus,
  type ServiceStatus,
  statusValueOf,
} from "./health-report";

function services(statuses: Record<"database" | "redis" | "ai", ServiceStatus>) {
  const entries = Object.entries(statuses).map(([name, status]) => [
    name,
    { status, status_value: statusValueOf(status), message: "", details: null },
  ]);
  return Object.fromEntries(entries) as HealthServices;
}

test.each([
  ["healthy", "not_configured", "not_configured", "healthy"],
  ["healthy", "healthy", "healthy", "healthy"],
  ["unhealthy", "healthy", "healthy", "unhealthy"],
  ["unhealthy", "unhealthy", "degraded", "unhealthy"],
  ["healthy", "unhealthy", "not_configured", "degraded"],
  ["healthy", "not_configured", "degraded", "degraded"],
] as const)("database %s, redis %s, ai %s: %s", (...row) => {
  const [database, redis, ai, expected] = row;
  expect(overallStatus(services({ database, redis, ai }))).toBe(expected);
});

test("a status is a number for monitors, and what is not configured has none", () => {
  expect(statusValueOf("healthy")).toBe(1);
  expect(statusValueOf("degraded")).toBe(0.5);
  expect(statusValueOf("unhealthy")).toBe(0);
  expect(statusValueOf("not_configured")).toBeNull();
});
