import { jsonAnswer, type Route, type RouteAnswer } from "@/server/http/route";
import type { HealthMonitor } from "./health-monitor";

/** Monitors and balancers carry no credentials, so every health address is public. */
export function healthRoutes(
  monitor: Pick<HealthMonitor, "report" | "readiness">,
  nowMs: () => number,
): Route[] {
  const report = async (): Promise<RouteAnswer> => {
    const body = await monitor.report();
    return jsonAnswer(body, body.status === "healthy" ? 200 : 503);
  };
  const readiness = async (): Promise<RouteAnswer> => {
    const body = await monitor.readiness();
    return jsonAnswer(body, body.ready ? 200 : 503);
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
  return { method: "GET", path, policy: "public", handle };
}
