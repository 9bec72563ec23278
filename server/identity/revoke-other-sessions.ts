import type { RevokedSessions } from "@/domain/identity/session";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";
import { ownAccount } from "./own-account";

/** Ends all of one's own sessions but the one that asks. */
export async function revokeOtherSessions(request: IdentityRequest): Promise<RevokedSessions> {
  const { sessions, credentials } = request.identity;
  const { userId, sessionId } = ownAccount(request.actor);
  const by = { origin: auditOriginOf(request), keptId: sessionId };
  const count = await sessions.revokeOthers(userId, by);
  credentials.invalidateUser(userId);
  return { count };
}
