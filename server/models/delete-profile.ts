import type { DeletedProfile, ProfileId } from "@/domain/tokens/model-profiles";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./list-profiles";
import type { ModelsContext } from "./models-context";

/** Deletes a profile; its names are then counted as the default. False when it was gone already. */
export async function deleteProfile(
  models: ModelsContext,
  { id }: ProfileId,
  origin: AuditOrigin,
): Promise<DeletedProfile> {
  const deleted = await fromDatabase(() => models.store.delete(id, origin));
  models.onChange();
  return { deleted };
}
