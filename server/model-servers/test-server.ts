import type { ModelServerId, TestedModelServer } from "@/domain/tokens/model-server";
import type { AuditOrigin } from "@/server/audit";
import { isAppError } from "@/server/errors";
import { fromDatabase, noSuchServer, readSaved } from "./list-servers";
import type { ModelServersContext } from "./model-servers-context";
import { testSentence } from "./server-counter";

/** Looks at a model server and lets it count a short text, now. */
export async function testServer(
  { store, counter }: ModelServersContext,
  { id }: ModelServerId,
  { origin, signal }: { origin: AuditOrigin; signal: AbortSignal },
): Promise<TestedModelServer> {
  const taken = await fromDatabase(() => store.takeForTest(id, origin));
  if (!taken) throw noSuchServer();
  try {
    const { tokens, observation } = await counter.test(taken, signal);
    const message = testSentence(tokens, observation);
    return { server: await readSaved(store, id), ok: true, message };
  } catch (error) {
    if (!isAppError(error) || error.code !== "UPSTREAM") throw error;
    return { server: await readSaved(store, id), ok: false, message: error.message };
  }
}
