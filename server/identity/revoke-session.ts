import type { RevokedSessions, SessionId } from "@/domain/identity/session";
import { auditOriginOf } from "@/server/audit";
import { AppError } from "@/server/errors";
import type { IdentityRequest } from "./identity-context";

/** Ends a session at once; with `userId` only one of that person. Throws NOT_FOUND, the same for ended, unknown and other people's. */
export async function revokeSession(
  request: IdentityRequest,
  { id, userId }: SessionId & { userId?: string },
): Promise<RevokedSessions> {
  const { sessions, credentials } = request.identity;
  const by = { origin: auditOriginOf(request), ...(userId !== undefined && { userId }) };
  const revoked = await sessions.revoke(id, by);
  if (!revoked) throw new AppError("NOT_FOUND", "There is no such session, or it has ended.");
  credentials.invalidateSession(id);
  return { count: 1 };
}
