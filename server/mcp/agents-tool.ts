import * as z from "zod";
import { AgentStatus } from "@/domain/ingest/agent-status";
import { defineTool } from "./tool";
import { isoOf, IsoTime } from "./tool-times";

const ToldAgent = AgentStatus.pick({
  host: true,
  version: true,
  state: true,
  behindSamples: true,
  droppedSamples: true,
}).extend({
  firstSeenAt: IsoTime,
  lastSeenAt: IsoTime,
  behindSeconds: z.number().describe("Age of the oldest sample that it has not sent yet"),
  clockOffsetSeconds: z.number().describe("Its clock minus the portal's"),
});

/** `gpu.agents`. */
export const agentsTool = defineTool({
  name: "list_agents",
  title: "Hosts that send GPU values",
  description:
    "Other hosts whose agents send to this portal: live or lost (nothing came for 15 s), how far behind they are (s, samples), and what they lost. The portal's own host needs no agent and is not listed.",
  input: z.strictObject({}),
  output: z.object({ serverTime: IsoTime, agents: z.array(ToldAgent) }),
  async read({ call }) {
    const { agents, serverTimeMs } = await call.gpu.agents();
    const lost = agents.filter(({ state }) => state === "lost").length;
    return {
      summary: `${agents.length} hosts send here; ${lost} of them are lost.`,
      data: {
        serverTime: isoOf(serverTimeMs),
        agents: agents.map((agent) => ({
          ...agent,
          firstSeenAt: isoOf(agent.firstSeenAtMs),
          lastSeenAt: isoOf(agent.lastSeenAtMs),
          behindSeconds: agent.behindMs / 1_000,
          clockOffsetSeconds: agent.clockOffsetMs / 1_000,
        })),
      },
    };
  },
});
