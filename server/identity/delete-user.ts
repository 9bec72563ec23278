import type { DeletedUser, UserId } from "@/domain/identity/user";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";

/** An account with its sessions and links to providers. Throws NOT_FOUND; FORBIDDEN for the last admin. */
export async function deleteUser(request: IdentityRequest, { id }: UserId): Promise<DeletedUser> {
  const { users, credentials } = request.identity;
  await users.delete(id, auditOriginOf(request));
  credentials.invalidateUser(id);
  return { id };
}
