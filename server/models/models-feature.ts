import { databaseProblem } from "@/server/database";
import type { Logger } from "@/server/logger";
import type { ModelBook } from "@/server/tokens";
import { firstProfiles, type FirstProfileSettings } from "./first-profiles";
import { createModelBook } from "./model-book";
import type { ModelsContext } from "./models-context";
import type { ProfileStore } from "./profile-store";
import { settingsOfProfile } from "./settings-of-profile";

export interface ModelsFeature {
  context: ModelsContext;
  /** Which profile counts for a model and a service. */
  book: ModelBook;
}

/**
 * The profiles of models. Makes the first ones where there are none; a database that is away does not stop the start, and they are made
 * as soon as it is back.
 */
export async function createModelsFeature(options: {
  store: ProfileStore;
  settings: FirstProfileSettings;
  environment: Readonly<Record<string, string | undefined>>;
  logger: Pick<Logger, "info" | "warn">;
  nowMs: () => number;
}): Promise<ModelsFeature> {
  const { store, settings, logger, nowMs } = options;
  const given = settingsOfProfile(options.environment, settings);
  for (const { problem } of given) if (problem !== null) logger.warn(problem);

  let isSeeded = false;
  async function ensureSeeded(): Promise<void> {
    if (isSeeded) return;
    const profiles = firstProfiles(settings);
    if (await store.seed(profiles, nowMs()))
      logger.info(
        { profiles: profiles.map(({ name }) => name) },
        "The first model profiles are made",
      );
    isSeeded = true;
  }

  const book = createModelBook({
    async list() {
      await ensureSeeded();
      return store.list();
    },
    nowMs,
  });
  await ensureSeeded().catch((error: unknown) => {
    logger.warn({ problem: databaseProblem(error).message }, "No model profile was made yet");
  });
  return {
    context: {
      store,
      settings: given,
      ensureSeeded,
      onChange: () => {
        book.invalidate();
      },
    },
    book,
  };
}
