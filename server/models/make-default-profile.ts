import type { ProfileId, SavedProfile } from "@/domain/tokens/model-profiles";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase, withRemarks } from "./list-profiles";
import type { ModelsContext } from "./models-context";

/** From now on used where nobody names a model, or one that is not known. */
export async function makeDefaultProfile(
  models: ModelsContext,
  { id }: ProfileId,
  origin: AuditOrigin,
): Promise<SavedProfile> {
  return fromDatabase(async () => {
    const profile = await models.store.makeDefault(id, origin);
    models.onChange();
    return { profile: await withRemarks(models, profile) };
  });
}
