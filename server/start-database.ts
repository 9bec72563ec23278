import { join } from "node:path";
import { applyMigrations, startEmbeddedDatabase } from "./database";
import type { Settings } from "./env";
import { logger } from "./logger";
import { projectFolder } from "./project-folder";
import type { Shutdown } from "./shutdown";
import { untilAborted } from "./until-aborted";

/** Called with the name of a step at its begin; what it answers ends the step with a detail. */
export type OnStep = (name: string) => ((detail?: string) => void) | undefined;

/** What every step of a start gets. */
export interface Start {
  onStep: OnStep;
  /** Aborted: the start is given up. */
  signal: AbortSignal;
  shutdown: Shutdown;
}

/** The embedded database when no other is set, with all migrations applied. Answers its address; rejects with one sentence. */
export async function startDatabase(settings: Settings, start: Start): Promise<string> {
  const { onStep, signal, shutdown } = start;
  let url = settings.databaseUrl;
  if (url === null) {
    onStep("database");
    const database = await startEmbeddedDatabase({
      dataDir: settings.dataDir,
      signal,
      log: (text) => {
        logger.warn({ part: "database" }, text); // PostgreSQL speaks of warnings and worse only
      },
    });
    shutdown.add("database", () => database.stop());
    url = database.url;
  }
  const done = onStep("migrations");
  const folder = join(projectFolder, "prisma", "migrations");
  const applied = await untilAborted(
    applyMigrations({ url, folder, log: (text) => logger.debug(text) }),
    signal,
  );
  done?.(applied.length === 0 ? "up to date" : `${applied.length} applied`);
  return url;
}
