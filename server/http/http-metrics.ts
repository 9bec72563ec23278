import { Counter, Histogram, type Registry } from "@prometheus-io/client";

/** The one label of all addresses that match nothing, so that junk cannot make series. */
export const UNMATCHED = "unmatched";

const methods = new Set(["GET", "HEAD", "POST"]);

export interface HttpMetrics {
  observe(request: {
    method: string | undefined;
    route: string;
    status: number;
    seconds: number;
  }): void;
}

/** Registers `http_requests_total` and `http_request_duration_seconds`, both by method, route and status. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const labelNames = ["method", "route", "status"] as const;
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered.",
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the first byte of a request to the last byte of its answer.",
    labelNames,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    observe({ method = "", route, status, seconds }) {
      const labels = {
        method: methods.has(method) ? method : "other",
        route,
        status: status.toString(),
      };
      requests.inc(labels);
      durations.observe(labels, seconds);
    },
  };
}
