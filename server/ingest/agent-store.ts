import type { AgentStatus } from "@/domain/ingest/agent-status";
import type { PrismaClient } from "@/prisma/generated/client";

/** What is kept of an agent; whether it is lost follows from the time. */
export type AgentRecord = Omit<AgentStatus, "state">;

export interface AgentStore {
  /**
   * Keeps what is newer than the rows that are there, forgets hosts of which nothing came since `forgetBeforeMs`, and answers all that
   * are left, those heard of last first, at most `limit`. Several portals may share the table.
   */
  sync(
    changed: readonly AgentRecord[],
    options: { forgetBeforeMs: number; limit: number },
  ): Promise<AgentRecord[]>;
}

/** Table `agents`. */
export function createAgentStore(
  prisma: Pick<PrismaClient, "$executeRaw" | "$queryRaw">,
): AgentStore {
  return {
    async sync(changed, { forgetBeforeMs, limit }) {
      if (changed.length > 0) await upsert(prisma, changed);
      await prisma.$executeRaw`
        DELETE FROM agents WHERE last_seen_at < to_timestamp(${forgetBeforeMs}::float8 / 1000)`;
      return prisma.$queryRaw<AgentRecord[]>`
        SELECT host, version,
               extract(epoch FROM first_seen_at)::float8 * 1000 AS "firstSeenAtMs",
               extract(epoch FROM last_seen_at)::float8 * 1000 AS "lastSeenAtMs",
               behind_samples::float8 AS "behindSamples",
               behind_ms::float8 AS "behindMs",
               dropped_samples::float8 AS "droppedSamples",
               clock_offset_ms::float8 AS "clockOffsetMs"
          FROM agents
         ORDER BY last_seen_at DESC, host
         LIMIT ${limit}`;
    },
  };
}

async function upsert(
  prisma: Pick<PrismaClient, "$executeRaw">,
  agents: readonly AgentRecord[],
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO agents AS known (host, version, first_seen_at, last_seen_at, behind_samples, behind_ms,
                                 dropped_samples, clock_offset_ms)
    SELECT host, version, to_timestamp("firstSeenAtMs" / 1000), to_timestamp("lastSeenAtMs" / 1000),
           "behindSamples"::bigint, "behindMs"::bigint, "droppedSamples"::bigint, "clockOffsetMs"::bigint
      FROM jsonb_to_recordset(${JSON.stringify(agents)}::jsonb)
        AS t(host text, version text, "firstSeenAtMs" float8, "lastSeenAtMs" float8, "behindSamples" float8,
             "behindMs" float8, "droppedSamples" float8, "clockOffsetMs" float8)
    ON CONFLICT (host) DO UPDATE SET
      version = excluded.version,
      first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
      last_seen_at = excluded.last_seen_at,
      behind_samples = excluded.behind_samples,
      behind_ms = excluded.behind_ms,
      dropped_samples = excluded.dropped_samples,
      clock_offset_ms = excluded.clock_offset_ms
    WHERE excluded.last_seen_at >= known.last_seen_at`;
}
