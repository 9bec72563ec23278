import type { Registry } from "@prometheus-io/client";
import type { Route } from "@/server/http/route";
import { AgentRegistry, type AgentRegistryOptions } from "./agent-registry";
import type { IngestContext } from "./ingest-context";
import { IngestCounts } from "./ingest-counts";
import { registerIngestMetrics } from "./ingest-metrics";
import type { RequestLimits } from "./request-limits";
import { ingestRoutes } from "./routes";

export interface IngestFeature {
  context: IngestContext;
  routes: Route[];
  /** Keeps when each agent was last heard of. */
  stop(): Promise<void>;
}

/** Samples from agents on other hosts, and which hosts these are. */
export function createIngestFeature(
  options: Pick<
    IngestContext,
    "storeSamples" | "acceptProcesses" | "acceptQuarantined" | "version" | "nowMs"
  > &
    Pick<AgentRegistryOptions, "store" | "onStateChange"> & {
      limits: RequestLimits;
      registry: Registry;
    },
): IngestFeature {
  const { storeSamples, acceptProcesses, acceptQuarantined, version, nowMs } = options;
  const { store, onStateChange, limits, registry } = options;
  const agents = new AgentRegistry({ store, nowMs, onStateChange });
  const context: IngestContext = {
    storeSamples,
    acceptProcesses,
    acceptQuarantined,
    agents,
    counts: new IngestCounts(),
    version,
    nowMs,
  };
  const unregisterMetrics = registerIngestMetrics(registry, context);
  return {
    context,
    routes: ingestRoutes(context, limits),
    async stop() {
      await agents.stop();
      unregisterMetrics();
    },
  };
}
