import type { Logger } from "pino";
import { databaseProblem } from "@/server/database";

/** Called when something begins to fail (with the error) and when it works again (null). */
export type ReportState = (error: unknown) => void;

/** Logs when a thing begins to fail and when it works again: one line a change, not one a try. */
export function createStateReports(logger: Pick<Logger, "info" | "warn">) {
  return (what: string): ReportState =>
    (error) => {
      if (error === null) logger.info(`${what} works again`);
      else {
        const reason = error instanceof Error ? error.message : "unknown";
        logger.warn({ problem: databaseProblem(error).message, reason }, `${what} fails`);
      }
    };
}
