import { Alive, HealthAnswer, ReadinessAnswer } from "./flat-schemas";
import type { RouteDescription, RouteDescriptions } from "./route-description";

const TAG = "health";

const report: Omit<RouteDescription, "operationId"> = {
  tag: TAG,
  summary: "Each service with its status, memory, recent events",
  description:
    "Whoever may not read gets status and timestamp alone. 200 when everything is healthy, else 503 with the same body.",
  answers: [
    { status: 200, description: "Healthy", schema: HealthAnswer },
    { status: 503, description: "Degraded or unhealthy", schema: HealthAnswer },
  ],
};
const readiness: Omit<RouteDescription, "operationId"> = {
  tag: TAG,
  summary: "Whether the portal can serve",
  description: "Whoever may not read gets ready, status and timestamp alone.",
  answers: [
    { status: 200, description: "Ready", schema: ReadinessAnswer },
    { status: 503, description: "Not ready", schema: ReadinessAnswer },
  ],
};
const alive: Omit<RouteDescription, "operationId"> = {
  tag: TAG,
  summary: "200 while the process answers",
  answers: [{ status: 200, description: "Alive", schema: Alive }],
};

export const healthRoutes: RouteDescriptions = {
  "GET /health": { operationId: "getHealth", ...alive },
  "GET /ready": { operationId: "getReady", ...readiness },
  "GET /api/health": { operationId: "getApiHealth", ...report },
  "GET /api/system/health": { operationId: "getSystemHealth", ...report },
  "GET /api/system/health/live": { operationId: "getSystemHealthLive", ...alive },
  "GET /api/system/health/ready": { operationId: "getSystemHealthReady", ...readiness },
};
