import type { Sessions } from "@/domain/identity/session";
import type { IdentityRequest } from "./identity-context";

/** Sign-ins that hold now; of one person when `userId` is given. */
export async function listSessions(
  { identity, actor, nowMs }: IdentityRequest,
  query: { userId?: string } = {},
): Promise<Sessions> {
  const sessions = await identity.sessions.list({ nowMs: nowMs(), ...query });
  return {
    sessions: sessions.map((session) => ({
      ...session,
      isCurrent: session.id === actor.sessionId,
    })),
  };
}
