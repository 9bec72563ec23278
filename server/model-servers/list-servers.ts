import type { ModelServer, ModelServers } from "@/domain/tokens/model-server";
import { createFromDatabase } from "@/server/database/from-database";
import { AppError } from "@/server/errors";
import type { ModelServersContext } from "./model-servers-context";
import type { ModelServerStore } from "./model-server-store";

/** A read or a write that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer, so model servers are neither read nor changed. Try again in a few seconds.",
);

/** All model servers, by name; no secret. */
export async function listServers({ store }: ModelServersContext): Promise<ModelServers> {
  return { servers: await fromDatabase(() => store.list()) };
}

export async function readSaved(store: ModelServerStore, id: string): Promise<ModelServer> {
  const server = await fromDatabase(() => store.read(id));
  if (!server) throw noSuchServer();
  return server;
}

export function noSuchServer(): AppError {
  return new AppError(
    "NOT_FOUND",
    "There is no such model server. Somebody may have deleted it: choose another way of counting in the profile.",
  );
}
