export type { IngestContext, StoredSamples } from "./ingest-context";
export { createAgentStore, type AgentStore } from "./agent-store";
export { createIngestFeature } from "./ingest-feature";
export { listAgents } from "./list-agents";
export { createRequestLimits, type RequestLimits } from "./request-limits";
