import type { Registry } from "@prometheus-io/client";
import type { Route } from "./route";

/** `/metrics` and `/api/metrics` answer the same text. Scrapers ask by whatever name their network has for the portal. */
export function metricsRoutes(registry: Registry): Route[] {
  return ["/metrics", "/api/metrics"].map((path) => ({
    method: "GET",
    path,
    policy: "metrics",
    answersAnyName: true,
    handle: async () => ({
      status: 200,
      contentType: registry.contentType,
      body: await registry.metrics(),
    }),
  }));
}
