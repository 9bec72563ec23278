import type { CreatedApiKey, NewApiKey } from "@/domain/identity/api-key";
import { auditOriginOf } from "@/server/audit";
import type { IdentityRequest } from "./identity-context";
import { hashToken, hintOf, newApiKey } from "./secret-token";

const DAY_MS = 86_400_000;

/** A key, which is in this answer and nowhere else. Throws INVALID when there are too many. */
export async function createKey(
  request: IdentityRequest,
  { name, kind, expiresInDays }: NewApiKey,
): Promise<CreatedApiKey> {
  const origin = auditOriginOf(request);
  const secret = newApiKey(kind);
  const expiresAtMs = expiresInDays === null ? null : origin.atMs + expiresInDays * DAY_MS;
  const key = await request.identity.keys.create(
    { name, kind, hint: hintOf(secret), keyHash: hashToken(secret), expiresAtMs },
    origin,
  );
  return { key, secret };
}
