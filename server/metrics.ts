import { Registry } from "@prometheus-io/client";

/**
 * The one registry behind `/metrics` and `/api/metrics`; each feature registers its metrics beside its verbs.
 * Always OpenMetrics: printing it renames counters inside the registry, so a second format would be wrong afterwards.
 */
export const metricsRegistry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
