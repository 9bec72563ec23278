import type { PrismaClient } from "@/prisma/generated/client";
import type { Settings } from "./env";
import type { Route } from "./http/route";
import {
  createCredentialStore,
  createIdentityFeature,
  createOidcRoutes,
  type IdentityContext,
  type IdentityFeature,
  startUserAccounts,
} from "./identity";
import type { Logger } from "./logger";
import type { Shutdown } from "./shutdown";

export interface RunningIdentity extends Pick<IdentityFeature, "clientOf" | "actorOf" | "watch"> {
  context: IdentityContext;
  routes: Route[];
}

/**
 * Who may ask for what, and how people and programs come to be known. Rejects with one sentence when a file or address of the settings
 * cannot serve.
 */
export async function startIdentity(options: {
  prisma: PrismaClient;
  settings: Settings;
  logger: Logger;
  nowMs: () => number;
  shutdown: Shutdown;
}): Promise<RunningIdentity> {
  const { prisma, settings, shutdown } = options;
  const identity = createIdentityFeature({ ...options, store: createCredentialStore(prisma) });
  shutdown.add("identity", () => identity.stop());
  const { credentials, clientOf, actorOf, watch } = identity;
  const accounts = await startUserAccounts({ ...options, credentials });
  shutdown.add("accounts", () => accounts.stop());
  const { context } = accounts;
  const routes = createOidcRoutes({ ...options, settings, identity: context });
  return { clientOf, actorOf, watch, context, routes };
}
