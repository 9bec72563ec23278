import type { PrismaClient } from "@/prisma/generated/client";
import type { LedgerStore } from "./ledger-feature";
import { createRetentionStore } from "./retention-store";
import { createUsageReadStore } from "./usage-read-store";
import { RECORD_LIMIT_MS } from "./validation-recorder";
import { createValidationReadStore } from "./validation-read-store";
import { createValidationWriteStore } from "./validation-write-store";

/** The ledger in Postgres. */
export function createLedgerStore(prisma: PrismaClient): LedgerStore {
  return {
    usage: createUsageReadStore(prisma),
    validations: createValidationReadStore(prisma),
    writes: createValidationWriteStore(prisma, { limitMs: RECORD_LIMIT_MS }),
    retention: createRetentionStore(prisma),
  };
}
