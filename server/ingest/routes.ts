import type { AgentStatus } from "@/domain/ingest/agent-status";
import { jsonAnswer, type Route } from "@/server/http/route";
import { acceptBatch } from "./accept-batch";
import type { IngestContext } from "./ingest-context";
import type { RequestLimits } from "./request-limits";

/** Keys of REST answers are in snake case, times in ISO 8601. */
function flatAgent(agent: AgentStatus) {
  const iso = (timeMs: number) => new Date(timeMs).toISOString();
  return {
    host: agent.host,
    state: agent.state,
    version: agent.version,
    first_seen_at: iso(agent.firstSeenAtMs),
    last_seen_at: iso(agent.lastSeenAtMs),
    behind_samples: agent.behindSamples,
    behind_seconds: agent.behindMs / 1_000,
    dropped_samples: agent.droppedSamples,
    clock_offset_seconds: agent.clockOffsetMs / 1_000,
  };
}

/** Where agents send to, and which there are. */
export function ingestRoutes(ctx: IngestContext, limits: RequestLimits): Route[] {
  return [
    {
      method: "POST",
      path: "/api/ingest/gpu-samples",
      policy: "ingest",
      handle: ({ client, readJson }) =>
        limits.run(client.address, async () =>
          jsonAnswer(await acceptBatch(ctx, await readJson())),
        ),
    },
    {
      method: "GET",
      path: "/api/system/agents",
      policy: "viewer",
      handle: () => {
        const { agents, serverTimeMs } = ctx.agents.list();
        const timestamp = new Date(serverTimeMs).toISOString();
        return jsonAnswer({ agents: agents.map(flatAgent), timestamp });
      },
    },
  ];
}
