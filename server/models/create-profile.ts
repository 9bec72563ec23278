import type { ProfileFields } from "@/domain/tokens/model-profile";
import type { SavedProfile } from "@/domain/tokens/model-profiles";
import type { AuditOrigin } from "@/server/audit";
import { checkProfile, tidyProfile } from "./check-profile";
import { fromDatabase, withRemarks } from "./list-profiles";
import type { ModelsContext } from "./models-context";

/** Adds a profile. Throws INVALID with what is wrong: a name that is taken, a window without room. */
export async function createProfile(
  models: ModelsContext,
  given: ProfileFields,
  origin: AuditOrigin,
): Promise<SavedProfile> {
  const fields = tidyProfile(given);
  checkProfile(fields);
  return fromDatabase(async () => {
    await models.ensureSeeded();
    const profile = await models.store.create(fields, origin);
    models.onChange();
    return { profile: await withRemarks(models, profile) };
  });
}
