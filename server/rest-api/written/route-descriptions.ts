import { auditRoutes } from "./audit-routes";
import { gpuRoutes } from "./gpu-routes";
import { healthRoutes } from "./health-routes";
import { identityRoutes } from "./identity-routes";
import { ingestRoutes } from "./ingest-routes";
import { portalRoutes } from "./portal-routes";
import { pressureRoutes } from "./pressure-routes";
import type { RouteDescriptions } from "./route-description";
import { tokenRoutes } from "./token-routes";

/** Every route that is not generated; a test compares them with the registry. */
export const routeDescriptions: RouteDescriptions = {
  ...gpuRoutes,
  ...pressureRoutes,
  ...ingestRoutes,
  ...healthRoutes,
  ...identityRoutes,
  ...auditRoutes,
  ...portalRoutes,
  ...tokenRoutes,
};
