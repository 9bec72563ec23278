import type { CreatedUser, UserId } from "@/domain/identity/user";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";
import { newReadableSecret } from "./readable-secret";
import { clearAccount } from "./sign-in-limits";

/** A new password for somebody, in this answer and nowhere else. Their sessions end, and tries to sign in count anew. Throws NOT_FOUND. */
export async function resetPassword(
  request: IdentityRequest,
  { id }: UserId,
): Promise<CreatedUser> {
  const { users, passwords, limits, credentials } = request.identity;
  const password = newReadableSecret();
  const passwordHash = await passwords.hash(password);
  const user = await users.resetPassword(id, passwordHash, auditOriginOf(request));
  credentials.invalidateUser(id);
  await clearAccount(limits, user.email);
  return { user, password };
}
