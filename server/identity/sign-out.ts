import type { RevokedSessions } from "@/domain/identity/session";
import { ownAccount } from "./own-account";
import type { IdentityRequest } from "./identity-context";
import { clearedSessionCookie } from "./session-cookie";

/** Ends the session that asks. */
export async function signOut(request: IdentityRequest): Promise<RevokedSessions> {
  const { identity, client, nowMs } = request;
  const { sessionId } = ownAccount(request.actor);
  await identity.sessions.end(sessionId, nowMs());
  identity.credentials.invalidateSession(sessionId);
  request.setCookie(clearedSessionCookie({ isHttps: client.isHttps }));
  return { count: 1 };
}
