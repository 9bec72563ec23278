import type { DeletedModelServer, ModelServerId } from "@/domain/tokens/model-server";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./list-servers";
import type { ModelServersContext } from "./model-servers-context";

/** Removes a model server with its secret. False when it was gone already. Throws INVALID while a profile uses it. */
export async function deleteServer(
  { store, counter }: ModelServersContext,
  { id }: ModelServerId,
  origin: AuditOrigin,
): Promise<DeletedModelServer> {
  const deleted = await fromDatabase(() => store.delete(id, origin));
  counter.forget(id);
  return { deleted };
}
