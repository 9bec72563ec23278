import { randomBytes } from "node:crypto";
import type { PrismaClient } from "@/prisma/generated/client";
import type { OidcAttempt } from "./oidc-attempt";

const KEY_BYTES = 32;

/** What all portals on one database share about attempts. Errors are those of the database. */
export interface OidcAttemptStore {
  /** 32 bytes, made by whoever asks first. */
  sealingKey(): Promise<Uint8Array>;
  /** True once for each attempt, at whichever portal. */
  use(attempt: Pick<OidcAttempt, "id" | "expiresAtMs">, nowMs: number): Promise<boolean>;
}

export function createOidcAttemptStore(prisma: PrismaClient): OidcAttemptStore {
  let known: Uint8Array | null = null;
  return {
    async sealingKey() {
      if (known) return known;
      await prisma.oidcSealingKey.createMany({
        data: [{ id: 1, key: randomBytes(KEY_BYTES) }],
        skipDuplicates: true,
      });
      const { key } = await prisma.oidcSealingKey.findUniqueOrThrow({ where: { id: 1 } });
      known = key;
      return key;
    },
    async use({ id, expiresAtMs }, nowMs) {
      // What has expired is refused before anybody asks whether it was used.
      await prisma.oidcUsedAttempt.deleteMany({ where: { expiresAt: { lt: new Date(nowMs) } } });
      const { count } = await prisma.oidcUsedAttempt.createMany({
        data: [{ id, expiresAt: new Date(expiresAtMs) }],
        skipDuplicates: true,
      });
      return count === 1;
    },
  };
}
