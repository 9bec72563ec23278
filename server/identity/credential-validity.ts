import { KeyKind } from "@/domain/identity/api-key";
import { UserRole } from "@/domain/identity/user-role";
import type { KeyRow, SessionRow } from "./credential-store";

/** The role that a session gives now; null when it has ended, by time, by somebody or with the account. */
export function roleOf(
  row: SessionRow,
  { nowMs, idleMs, maxIdleMs }: { nowMs: number; idleMs: number; maxIdleMs: number },
): UserRole | null {
  const hasEnded = row.revokedAtMs !== null || row.disabledAtMs !== null;
  if (hasEnded || nowMs >= row.expiresAtMs || idleMs >= maxIdleMs) return null;
  return UserRole.safeParse(row.role).data ?? null; // of a newer portal on the same database
}

/** What kind of key this is now; null when it was revoked or is past its end. */
export function kindOf(row: KeyRow, nowMs: number): KeyKind | null {
  if (row.revokedAtMs !== null) return null;
  if (row.expiresAtMs !== null && nowMs >= row.expiresAtMs) return null;
  return KeyKind.safeParse(row.kind).data ?? null;
}
