import type { RequestContext } from "@/server/trpc/context";
import type { CredentialCache } from "./credential-cache";
import type { KeyStore } from "./key-store";
import type { LimitStore } from "./limit-store";
import type { PasswordHasher } from "./password-hasher";
import type { SessionStore } from "./session-store";
import type { SetupCode } from "./setup-code";
import type { UserStore } from "./user-store";

/** Told of each change after it is committed, so that it acts at once. */
export type CredentialChanges = Pick<
  CredentialCache,
  "invalidateUser" | "invalidateSession" | "invalidateKey"
>;

/** What the verbs of identity, users, keys and sessions need. */
export interface IdentityContext {
  users: UserStore;
  sessions: SessionStore;
  keys: KeyStore;
  limits: LimitStore;
  passwords: PasswordHasher;
  setup: SetupCode;
  credentials: CredentialChanges;
  /** How long a sign-in lasts, however it is used. */
  sessionMaxMs: number;
  /** Name of the OpenID provider; null when there is none. */
  oidcName: string | null;
}

/** Verbs that change something also need to know who asks, from where. */
export type IdentityRequest = RequestContext & { identity: IdentityContext };
