import type { SignInMethod } from "@/domain/identity/session";
import type { ClientFacts } from "@/server/http/client-facts";
import type { IdentityContext } from "./identity-context";
import { hashToken, newToken } from "./secret-token";
import { sessionCookie } from "./session-cookie";

/** Somebody who has proven who they are. */
export interface Entry {
  userId: string;
  method: SignInMethod;
  /** The stored hash that the password was right for; null when something else was proven. */
  passwordHash: string | null;
  client: ClientFacts;
  /** The sign-in that the request came with: it ends. */
  replacesId: string | null;
  nowMs: number;
}

export interface OpenedSession {
  email: string;
  expiresAtMs: number;
  /** The header Set-Cookie; the token is nowhere else. */
  cookie: string;
}

/**
 * The one way in: password, setup and OpenID end here. Opens a session with a new token, of which only the hash is kept, and ends the one
 * that the request came with. Null when the account is gone or disabled, or has another password by now.
 */
export async function openSession(
  identity: Pick<IdentityContext, "sessions" | "credentials" | "sessionMaxMs">,
  entry: Entry,
): Promise<OpenedSession | null> {
  const { client, replacesId, nowMs } = entry;
  const token = newToken();
  const expiresAtMs = nowMs + identity.sessionMaxMs;
  const opened = await identity.sessions.open({
    userId: entry.userId,
    method: entry.method,
    passwordHash: entry.passwordHash,
    tokenHash: hashToken(token),
    nowMs,
    expiresAtMs,
    address: client.address,
    userAgent: client.userAgent,
    replacesId,
  });
  if (!opened) return null;
  if (replacesId !== null) identity.credentials.invalidateSession(replacesId);
  const cookie = sessionCookie({ token, expiresAtMs, isHttps: client.isHttps });
  return { email: opened.email, expiresAtMs, cookie };
}
