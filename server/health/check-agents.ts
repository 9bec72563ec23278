import type { ServiceHealth } from "@/domain/health/health-report";
import type { AgentStatus } from "@/domain/ingest/agent-status";
import { serviceHealth } from "./service-health";

const MAX_NAMED = 5;

/** Whether every host whose agent has sent here still sends. */
export function checkAgents(agents: readonly AgentStatus[]): ServiceHealth {
  if (agents.length === 0)
    return serviceHealth("not_configured", "No agent of another host sends to this portal.");
  const lost = agents.filter(({ state }) => state === "lost");
  const details = {
    agents: agents.length,
    lost: Object.fromEntries(
      lost.map(({ host, lastSeenAtMs }) => [host, new Date(lastSeenAtMs).toISOString()]),
    ),
  };
  if (lost.length === 0) return serviceHealth("healthy", "Every agent sends.", details);
  const named = lost.slice(0, MAX_NAMED).map(({ host }) => host);
  const more = lost.length > MAX_NAMED ? ` and ${lost.length - MAX_NAMED} more` : "";
  return serviceHealth(
    "degraded",
    `Nothing comes from ${named.join(", ")}${more}: see whether the machine, its agent and the network between are up.`,
    details,
  );
}
