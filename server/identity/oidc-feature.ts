import type { PrismaClient } from "@/prisma/generated/client";
import type { Settings } from "@/server/env";
import type { Route } from "@/server/http/route";
import type { Logger } from "@/server/logger";
import type { IdentityContext } from "./identity-context";
import { createOidcAttemptStore } from "./oidc-attempt-store";
import { createOidcPersonStore } from "./oidc-person-store";
import { createOidcProvider } from "./oidc-provider";
import { oidcRoutes } from "./oidc-routes";
import { readOidcSettings } from "./oidc-settings";
import { openSession } from "./open-session";
import { takeAddressTry } from "./sign-in-limits";

/**
 * Signing in by the OpenID provider of the settings, which is not asked before somebody comes. Throws an AppError with one sentence when
 * the settings cannot serve.
 */
export function createOidcRoutes(options: {
  prisma: PrismaClient;
  settings: Settings;
  identity: IdentityContext;
  logger: Logger;
  nowMs: () => number;
}): Route[] {
  const { prisma, identity, logger, nowMs } = options;
  const settings = readOidcSettings(options.settings);
  if (settings === null) return oidcRoutes(null);
  return oidcRoutes({
    settings,
    provider: createOidcProvider({ settings }),
    attempts: createOidcAttemptStore(prisma),
    persons: createOidcPersonStore(prisma),
    takeTry: (address, origin) => takeAddressTry(identity.limits, address, origin),
    openSession: (entry) => openSession(identity, entry),
    logger,
    nowMs,
  });
}
