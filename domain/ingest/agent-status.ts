import * as z from "zod";
import { HostName } from "@/domain/gpu/gpu-sample";

/** Nothing came from the host for this long: it is lost. An agent sends every second, and a sign of life when it has no samples. */
export const AGENT_LOST_AFTER_MS = 15_000;

/** One host whose agent sends to this portal. Times are epoch milliseconds. */
export const AgentStatus = z.object({
  host: HostName,
  version: z.string(),
  firstSeenAtMs: z.int(),
  lastSeenAtMs: z.int(),
  /** `lost` = nothing came for 15 s; since `lastSeenAtMs`. */
  state: z.enum(["live", "lost"]),
  /** How far the agent's newest sent sample is behind what it has read: samples on its disk, and the oldest of them. */
  behindSamples: z.int(),
  behindMs: z.int(),
  /** Samples that its spool lost at its cap. */
  droppedSamples: z.int(),
  /** Its clock minus the portal's, when it last sent; the way of the request is in it. */
  clockOffsetMs: z.int(),
});
export type AgentStatus = z.infer<typeof AgentStatus>;

/** `gpu.agents` and `GET /api/system/agents`: by host. */
export const AgentList = z.object({
  agents: z.array(AgentStatus),
  serverTimeMs: z.int(),
});
export type AgentList = z.infer<typeof AgentList>;
