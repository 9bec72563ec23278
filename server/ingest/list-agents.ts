import type { AgentList } from "@/domain/ingest/agent-status";
import type { IngestContext } from "./ingest-context";

/** The hosts whose agents send here, by name, and when each was last heard of. */
export function listAgents(ctx: Pick<IngestContext, "agents">): AgentList {
  return ctx.agents.list();
}
