import { jsonAnswer, type Route, type RouteAnswer, type RouteRequest } from "@/server/http/route";
import { isAllowed } from "@/server/policy/policy";
import type { HealthMonitor } from "./health-monitor";

/**
 * Monitors and balancers carry no credentials and ask by address, so every health address is public and answers whatever name is in
 * `Host`. The whole reports name hosts and what the portal talks to, and are for those who may read; others get the status alone.
 */
export function healthRoutes(
  monitor: Pick<HealthMonitor, "report" | "readiness">,
  nowMs: () => number,
): Route[] {
  const report = async ({ actor }: RouteRequest): Promise<RouteAnswer> => {
    const body = await monitor.report();
    const { status, timestamp } = body;
    const shown = isAllowed(actor, "viewer") ? body : { status, timestamp };
    return jsonAnswer(shown, status === "healthy" ? 200 : 503);
  };
  const readiness = async ({ actor }: RouteRequest): Promise<RouteAnswer> => {
    const body = await monitor.readiness();
    const { ready, status, timestamp } = body;
    const shown = isAllowed(actor, "viewer") ? body : { ready, status, timestamp };
    return jsonAnswer(shown, ready ? 200 : 503);
  };
  const alive = () => jsonAnswer({ status: "alive", timestamp: new Date(nowMs()).toISOString() });
  return [
    get("/health", () => jsonAnswer({ status: "alive" })),
    get("/ready", readiness),
    get("/api/health", report),
    get("/api/system/health", report),
    get("/api/system/health/live", alive),
    get("/api/system/health/ready", readiness),
  ];
}

function get(path: string, handle: Route["handle"]): Route {
  return { method: "GET", path, policy: "public", answersAnyName: true, handle };
}
