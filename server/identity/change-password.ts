import type { RevokedSessions } from "@/domain/identity/session";
import type { PasswordChange } from "@/domain/identity/sign-in";
import { auditOriginOf } from "@/server/audit";
import { AppError } from "@/server/errors";
import type { IdentityRequest } from "./identity-context";
import { ownAccount } from "./own-account";
import { clearTries, takeAccountTry } from "./sign-in-limits";

/** One's own password. The other sessions end. Throws INVALID when the current one is wrong, TOO_MANY after too many tries. */
export async function changePassword(
  request: IdentityRequest,
  { currentPassword, newPassword }: PasswordChange,
): Promise<RevokedSessions> {
  const { identity, client } = request;
  const { users, passwords, limits, credentials } = identity;
  const { userId, sessionId } = ownAccount(request.actor);
  const account = await users.readPassword(userId);
  if (!account) throw new AppError("NOT_FOUND", "Your account has been deleted.");
  if (account.passwordHash === null)
    throw new AppError(
      "INVALID",
      "Your account has no password, since you sign in through another provider. An admin can give it one.",
    );
  // A session that was left open must not serve to guess: the same limits as at the sign-in, at an address that is known.
  const tried = {
    account: account.email,
    address: client.address,
    isKnownAddress: true,
    auditTarget: account.email,
  };
  const origin = auditOriginOf(request);
  await takeAccountTry(limits, tried, origin);
  if (!(await passwords.verify(account.passwordHash, currentPassword)))
    throw new AppError("INVALID", "currentPassword: is not your password.");
  if (newPassword === currentPassword)
    throw new AppError("INVALID", "newPassword: is the one that you have.");
  const to = await passwords.hash(newPassword);
  const change = { from: account.passwordHash, to, keptSessionId: sessionId };
  const count = await users.changePassword(userId, change, origin);
  credentials.invalidateUser(userId);
  if (count === null)
    throw new AppError("INVALID", "The password was changed meanwhile: sign in with the new one.");
  await clearTries(limits, tried);
  return { count };
}
