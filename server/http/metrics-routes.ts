import type { Registry } from "@prometheus-io/client";
import type { Route } from "./route";

/** `/metrics` and `/api/metrics` answer the same text. Scrapers carry no credentials yet. */
export function metricsRoutes(registry: Registry): Route[] {
  return ["/metrics", "/api/metrics"].map((path) => ({
    method: "GET",
    path,
    policy: "public",
    handle: async () => ({
      status: 200,
      contentType: registry.contentType,
      body: await registry.metrics(),
    }),
  }));
}
