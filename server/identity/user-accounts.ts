import type { PrismaClient } from "@/prisma/generated/client";
import type { Settings } from "@/server/env";
import type { Logger } from "@/server/logger";
import { answeringStore } from "./answering-store";
import type { CredentialChanges, IdentityContext } from "./identity-context";
import { makeInitialAdmin } from "./initial-admin";
import { createKeyStore } from "./key-store";
import { rememberLimits } from "./limit-memory";
import { createLimitStore } from "./limit-store";
import { describeProvider } from "./oidc-settings";
import { createPasswordHasher, type PasswordHasher } from "./password-hasher";
import { createSessionStore } from "./session-store";
import { createSetupCode } from "./setup-code";
import { startSignInPruning } from "./sign-in-pruning";
import { createUserStore } from "./user-store";

export interface UserAccounts {
  context: IdentityContext;
  stop: () => Promise<void>;
}

/**
 * Users, their ways in, and keys. Makes the first admin when the settings name one, and else a setup code. Rejects with one sentence when
 * the password file of the settings cannot serve.
 */
export async function startUserAccounts(options: {
  prisma: PrismaClient;
  settings: Settings;
  credentials: CredentialChanges;
  logger: Logger;
  nowMs: () => number;
  /** Tests pass a fast one. */
  passwords?: PasswordHasher;
}): Promise<UserAccounts> {
  const { prisma, settings, credentials, logger, nowMs } = options;
  const passwords = options.passwords ?? createPasswordHasher();
  const idleMs = settings.sessionIdleMs;
  const users = answeringStore(createUserStore(prisma, { idleMs }));
  const sessions = answeringStore(createSessionStore(prisma, { idleMs }));
  const limits = rememberLimits(answeringStore(createLimitStore(prisma)));
  await makeInitialAdmin({ settings, users, passwords, nowMs, logger });
  const setup = await createSetupCode({
    dataDir: settings.dataDir,
    hasAdmin: () => users.hasAdmin(),
    logger,
  });
  const pruning = startSignInPruning({ sessions, limits, logger, nowMs });
  return {
    context: {
      users,
      sessions,
      keys: answeringStore(createKeyStore(prisma)),
      limits,
      passwords,
      setup,
      credentials,
      sessionMaxMs: settings.sessionMaxMs,
      oidcName: describeProvider(settings),
    },
    async stop() {
      setup.stop();
      await pruning.stop();
    },
  };
}
