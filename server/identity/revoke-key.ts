import type { ApiKeyId, RevokedApiKey } from "@/domain/identity/api-key";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";

/** For good, at once. Throws NOT_FOUND. */
export async function revokeKey(
  request: IdentityRequest,
  { id }: ApiKeyId,
): Promise<RevokedApiKey> {
  const { keys, credentials } = request.identity;
  const key = await keys.revoke(id, auditOriginOf(request));
  credentials.invalidateKey(id);
  return { key };
}
