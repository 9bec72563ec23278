import type { ModelServerChange, SavedModelServer } from "@/domain/tokens/model-server";
import type { AuditOrigin } from "@/server/audit";
import { checkServerAddress, checkServerSecret } from "./check-server-address";
import { fromDatabase, noSuchServer, readSaved } from "./list-servers";
import type { ModelServersContext } from "./model-servers-context";

/** Changes a model server. With another address its secret is gone, unless one comes along: it must never reach a place it was not for. */
export async function updateServer(
  { store, counter }: ModelServersContext,
  { id, name, kind, url, model, secret }: ModelServerChange,
  origin: AuditOrigin,
): Promise<SavedModelServer> {
  checkServerSecret(secret);
  const change = {
    ...(name !== undefined && { name }),
    ...(kind !== undefined && { kind }),
    ...(url !== undefined && { url: checkServerAddress(url) }),
    ...(model !== undefined && { model }),
    ...(secret !== undefined && { secret }),
  };
  const done = await fromDatabase(() => store.update(id, change, origin));
  if (!done) throw noSuchServer();
  counter.forget(id);
  return { server: await readSaved(store, id), secretDropped: done.secretDropped };
}
