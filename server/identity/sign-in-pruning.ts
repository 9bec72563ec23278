import { databaseProblem } from "@/server/database";
import type { Logger } from "@/server/logger";
import type { LimitStore } from "./limit-store";
import type { SessionStore } from "./session-store";
import { LIMITS_KEPT_MS } from "./sign-in-limits";

const EVERY_MS = 60 * 60_000;
/** Long enough to answer "who had signed in when that happened". */
const ENDED_KEPT_MS = 30 * 86_400_000;

/** Drops sessions that ended more than 30 days ago and limits that have run out. Failures are logged; the next hour tries again. */
export async function pruneSignIns(parts: {
  sessions: Pick<SessionStore, "prune">;
  limits: Pick<LimitStore, "prune">;
  nowMs: () => number;
  logger: Pick<Logger, "warn">;
}): Promise<void> {
  const { sessions, limits, nowMs, logger } = parts;
  try {
    await sessions.prune(nowMs() - ENDED_KEPT_MS);
    await limits.prune(LIMITS_KEPT_MS);
  } catch (error) {
    logger.warn({ problem: databaseProblem(error).message }, "Pruning sign-ins fails");
  }
}

/** Prunes now and each hour, in every portal: the statements do no harm to each other. `stop` waits for one that runs. */
export function startSignInPruning(parts: Parameters<typeof pruneSignIns>[0]): {
  stop: () => Promise<void>;
} {
  let running = pruneSignIns(parts);
  const timer = setInterval(() => {
    running = pruneSignIns(parts);
  }, EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
