import type { NewModelServer, SavedModelServer } from "@/domain/tokens/model-server";
import type { AuditOrigin } from "@/server/audit";
import { checkServerAddress, checkServerSecret } from "./check-server-address";
import { fromDatabase, readSaved } from "./list-servers";
import type { ModelServersContext } from "./model-servers-context";

/** Adds a model server. Throws INVALID with what is wrong: an address that is not allowed, a name that is taken. */
export async function createServer(
  { store }: ModelServersContext,
  given: NewModelServer,
  origin: AuditOrigin,
): Promise<SavedModelServer> {
  const url = checkServerAddress(given.url);
  checkServerSecret(given.secret);
  const id = await fromDatabase(() => store.create({ ...given, url }, origin));
  return { server: await readSaved(store, id), secretDropped: false };
}
