import type { CreatedUser, NewUser } from "@/domain/identity/user";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";
import { newReadableSecret } from "./readable-secret";

/** An account with a first password, which is in this answer and nowhere else. Throws INVALID when the address has one. */
export async function createUser(request: IdentityRequest, input: NewUser): Promise<CreatedUser> {
  const { users, passwords } = request.identity;
  const password = newReadableSecret();
  const passwordHash = await passwords.hash(password);
  const user = await users.create({ ...input, passwordHash }, auditOriginOf(request));
  return { user, password };
}
