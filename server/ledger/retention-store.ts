import type { PrismaClient } from "@/prisma/generated/client";

/** What is deleted by its age, in the order of the runs: samples go before the validations that they belong to. */
const expiring = {
  samples: { table: "prompt_samples", time: "recorded_at", where: "true" },
  validations: { table: "token_validations", time: "recorded_at", where: "true" },
  reports: { table: "token_reports", time: "at", where: "true" },
  silentCuts: { table: "silent_cuts", time: "at", where: "true" },
  usageMinutes: { table: "token_usage", time: "at", where: "step_seconds = 60" },
  usageHours: { table: "token_usage", time: "at", where: "step_seconds = 3600" },
  removalMinutes: { table: "token_removals", time: "at", where: "step_seconds = 60" },
  removalHours: { table: "token_removals", time: "at", where: "step_seconds = 3600" },
} as const;

export type ExpiringKind = keyof typeof expiring;
export const expiringKinds = Object.keys(expiring) as ExpiringKind[];

export interface RetentionStore {
  /** Deletes the oldest rows from before a time, so many at most; answers how many. Rows that somebody else holds are left for later. */
  deleteBefore(kind: ExpiringKind, beforeMs: number, limit: number): Promise<number>;
}

export function createRetentionStore(prisma: PrismaClient): RetentionStore {
  return {
    deleteBefore(kind, beforeMs, limit) {
      const { table, time, where } = expiring[kind];
      // By their places: the row versions that were just locked, whatever the key of the table is.
      return prisma.$executeRawUnsafe(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${table} WHERE ${where} AND ${time} < $1::timestamptz
          ORDER BY ${time} LIMIT $2::int FOR UPDATE SKIP LOCKED
        ))`,
        new Date(beforeMs),
        limit,
      );
    },
  };
}
