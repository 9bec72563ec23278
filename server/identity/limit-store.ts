import type { PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";

/** How many tries one subject has. */
export interface TryLimit {
  maxTries: number;
  /** Tries older than this are forgotten. */
  windowMs: number;
  /** How long nothing is taken once the tries are used up. */
  waitMs: number;
  /** True: both times run from the last try that was taken; else from the first one. */
  runsFromLastTry: boolean;
}

export interface TakenTry {
  /** Null: this try is taken. Else how long none is, in milliseconds. */
  waitMs: number | null;
  /** The first that is refused: there is one such try a lock. */
  beginsLock: boolean;
}

/** Tries of subjects, in the database: they hold over a restart and in every portal. Times are the database's. */
export interface LimitStore {
  take(subject: string, limit: TryLimit): Promise<TakenTry>;
  clear(subjects: readonly string[]): Promise<void>;
  /** All subjects that begin so; letters, digits, `:` and `-` only. Rare: it looks at every row. */
  clearBeginningWith(text: string): Promise<void>;
  /** One row of the audit. */
  recordLock(
    origin: AuditOrigin,
    lock: { target: string; kind: string; attempts: number; untilMs: number },
  ): Promise<void>;
  /** Drops what no limit looks at any more. */
  prune(olderThanMs: number): Promise<number>;
}

const MOST_COUNTED = 1_000_000_000;

export function createLimitStore(prisma: PrismaClient): LimitStore {
  return {
    async take(subject, { maxTries, windowMs, waitMs, runsFromLastTry }) {
      // One statement: of tries at the same time each gets a number of its own.
      const [row] = await prisma.$queryRaw<{ count: number; leftMs: number }[]>`
        INSERT INTO "sign_in_limits" AS "l" ("subject", "window_started_at", "count")
        VALUES (${subject}, clock_timestamp(), 1)
        ON CONFLICT ("subject") DO UPDATE SET
          "count" = CASE
            WHEN "l"."window_started_at" + (CASE WHEN "l"."count" >= ${maxTries}::int THEN ${waitMs}::float8 ELSE ${windowMs}::float8 END)
              * interval '1 millisecond' <= clock_timestamp() THEN 1
            ELSE LEAST("l"."count" + 1, ${MOST_COUNTED}::int) END,
          "window_started_at" = CASE
            WHEN "l"."window_started_at" + (CASE WHEN "l"."count" >= ${maxTries}::int THEN ${waitMs}::float8 ELSE ${windowMs}::float8 END)
              * interval '1 millisecond' <= clock_timestamp() THEN clock_timestamp()
            WHEN ${runsFromLastTry}::boolean AND "l"."count" < ${maxTries}::int THEN clock_timestamp()
            ELSE "l"."window_started_at" END
        RETURNING "count", (extract(epoch FROM "window_started_at" - clock_timestamp()) * 1000 + ${waitMs}::float8)::float8 AS "leftMs"`;
      if (!row) throw new Error("The limit was not stored.");
      return {
        waitMs: row.count > maxTries ? Math.max(row.leftMs, 0) : null,
        beginsLock: row.count === maxTries + 1,
      };
    },
    async clear(subjects) {
      await prisma.signInLimit.deleteMany({ where: { subject: { in: [...subjects] } } });
    },
    async clearBeginningWith(text) {
      await prisma.signInLimit.deleteMany({ where: { subject: { startsWith: text } } });
    },
    recordLock: (origin, { target, ...after }) =>
      prisma.$transaction((tx) =>
        appendAudit(tx, origin, {
          action: "sign-in.locked",
          target,
          before: null,
          after,
        }),
      ),
    prune: (olderThanMs) =>
      prisma.$executeRaw`DELETE FROM "sign_in_limits"
        WHERE "window_started_at" < clock_timestamp() - ${olderThanMs}::float8 * interval '1 millisecond'`,
  };
}
