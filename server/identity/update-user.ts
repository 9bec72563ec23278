import type { SavedUser, UserChange } from "@/domain/identity/user";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";

/** Name, role, or whether somebody may sign in; at once also for what they have open. Throws NOT_FOUND; FORBIDDEN for the last admin. */
export async function updateUser(
  request: IdentityRequest,
  { id, name, role, disabled }: UserChange,
): Promise<SavedUser> {
  const { users, credentials } = request.identity;
  const change = {
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(disabled !== undefined && { disabled }),
  };
  const user = await users.update(id, change, auditOriginOf(request));
  credentials.invalidateUser(id);
  return { user };
}
