import type { SignedIn } from "@/domain/identity/sign-in";
import { AppError } from "@/server/errors";
import type { IdentityRequest } from "./identity-context";
import { type Entry, openSession } from "./open-session";

/** Opens the session of a procedure and sets its cookie. Throws FORBIDDEN when the account changed while the proof was looked at. */
export async function signInProven(
  request: IdentityRequest,
  proof: Pick<Entry, "userId" | "method" | "passwordHash">,
): Promise<SignedIn> {
  const { identity, client, actor, nowMs } = request;
  const entry = { ...proof, client, replacesId: actor.sessionId, nowMs: nowMs() };
  const opened = await openSession(identity, entry);
  if (!opened)
    throw new AppError("FORBIDDEN", "This account has just been changed. Sign in again.");
  request.setCookie(opened.cookie);
  return { email: opened.email, expiresAtMs: opened.expiresAtMs };
}
