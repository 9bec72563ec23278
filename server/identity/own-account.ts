import { AppError } from "@/server/errors";
import type { Actor } from "@/server/policy/policy";

/** The account and session of who asks; never of an input. Throws UNAUTHENTICATED when nobody has signed in. */
export function ownAccount({ id, sessionId }: Actor): { userId: string; sessionId: string } {
  if (id !== null && sessionId !== null) return { userId: id, sessionId };
  throw new AppError("UNAUTHENTICATED", "This is about your own account: sign in first.");
}
