import type { ModelProfile } from "@/domain/tokens/model-profile";
import type { ListedProfile, ModelProfiles } from "@/domain/tokens/model-profiles";
import { createFromDatabase } from "@/server/database/from-database";
import type { ModelsContext } from "./models-context";
import { remarksOf } from "./profile-remarks";

/** A read or a write that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer, so profiles are neither read nor changed. Try again in a few seconds.",
);

/** All profiles, the default first, each with what an operator should look at. */
export async function listProfiles(models: ModelsContext): Promise<ModelProfiles> {
  return fromDatabase(async () => {
    await models.ensureSeeded();
    const [profiles, servers] = await Promise.all([
      models.store.list(),
      models.store.observedServers(),
    ]);
    const { settings } = models;
    return {
      profiles: profiles.map((profile) => ({
        ...profile,
        remarks: remarksOf(profile, { settings, servers }),
      })),
    };
  });
}

/** One that was just saved, as the list shows it. */
export async function withRemarks(
  models: ModelsContext,
  profile: ModelProfile,
): Promise<ListedProfile> {
  const servers = await models.store.observedServers();
  return { ...profile, remarks: remarksOf(profile, { settings: models.settings, servers }) };
}
