import type { ProfileUpdate, SavedProfile } from "@/domain/tokens/model-profiles";
import type { AuditOrigin } from "@/server/audit";
import { checkProfile, tidyProfile } from "./check-profile";
import { fromDatabase, withRemarks } from "./list-profiles";
import type { ModelsContext } from "./models-context";

/** Changes a profile as a whole. Throws INVALID when somebody else saved it meanwhile, and names who. */
export async function updateProfile(
  models: ModelsContext,
  { id, version, ...given }: ProfileUpdate,
  origin: AuditOrigin,
): Promise<SavedProfile> {
  const fields = tidyProfile(given);
  checkProfile(fields);
  return fromDatabase(async () => {
    const profile = await models.store.update({ id, version, fields }, origin);
    models.onChange();
    return { profile: await withRemarks(models, profile) };
  });
}
