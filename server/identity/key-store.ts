import { randomUUID } from "node:crypto";
import type { ApiKey, KeyKind } from "@/domain/identity/api-key";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";

export interface NewKey {
  name: string;
  kind: KeyKind;
  hint: string;
  keyHash: Buffer<ArrayBuffer>;
  expiresAtMs: number | null;
}

/** Keys of programs. Nothing here gives out a key or its hash. */
export interface KeyStore {
  /** Those that hold first, then by name. */
  list(nowMs: number): Promise<ApiKey[]>;
  /** Throws INVALID when there are too many. */
  create(key: NewKey, origin: AuditOrigin): Promise<ApiKey>;
  /** For good. Throws NOT_FOUND when there is none such, or it is revoked already. */
  revoke(id: string, origin: AuditOrigin): Promise<ApiKey>;
}

const MAX_KEYS = 500;
/** Revoked ones stay in the list until newer ones push them out. */
const MAX_REVOKED_LISTED = 500;
const DAY_MS = 86_400_000;

export function createKeyStore(prisma: PrismaClient): KeyStore {
  return {
    async list(nowMs) {
      const select = listedAt(nowMs);
      const [holding, revoked] = await Promise.all([
        prisma.apiKey.findMany({
          where: { revokedAt: null },
          select,
          orderBy: [{ name: "asc" }, { createdAt: "asc" }],
          take: MAX_KEYS,
        }),
        prisma.apiKey.findMany({
          where: { revokedAt: { not: null } },
          select,
          orderBy: { revokedAt: "desc" },
          take: MAX_REVOKED_LISTED,
        }),
      ]);
      return [...holding, ...revoked].map(keyOf);
    },
    create: (key, origin) =>
      prisma.$transaction(async (tx) => {
        // One at a time, in all portals, or two would both be the last that there is room for.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('sightline_api_keys'))`;
        await requireRoom(tx);
        const { expiresAtMs, ...rest } = key;
        const row = await tx.apiKey.create({
          data: {
            ...rest,
            id: randomUUID(),
            createdAt: new Date(origin.atMs),
            createdBy: origin.actorName,
            expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs),
          },
          select: listedAt(origin.atMs),
        });
        const made = keyOf(row);
        await audit(tx, origin, { action: "key.create", key: made });
        return made;
      }),
    revoke: (id, origin) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.apiKey.updateMany({
          where: { id, revokedAt: null },
          data: { revokedAt: new Date(origin.atMs) },
        });
        if (count === 0)
          throw new AppError("NOT_FOUND", "There is no such key, or it is revoked already.");
        const row = await tx.apiKey.findUniqueOrThrow({
          where: { id },
          select: listedAt(origin.atMs),
        });
        const revoked = keyOf(row);
        await audit(tx, origin, { action: "key.revoke", key: revoked });
        return revoked;
      }),
  };
}

async function requireRoom(tx: Prisma.TransactionClient): Promise<void> {
  if ((await tx.apiKey.count({ where: { revokedAt: null } })) < MAX_KEYS) return;
  throw new AppError(
    "INVALID",
    `There are ${MAX_KEYS} keys, and no more are kept: revoke those that nobody uses.`,
  );
}

async function audit(
  tx: Prisma.TransactionClient,
  origin: AuditOrigin,
  { action, key }: { action: "key.create" | "key.revoke"; key: ApiKey },
): Promise<void> {
  const { name, kind, hint, expiresAtMs } = key;
  const facts = { name, kind, hint, expiresAtMs };
  const isMade = action === "key.create";
  await appendAudit(tx, origin, {
    action,
    target: name,
    before: isMade ? null : facts,
    after: isMade ? facts : null,
  });
}

// The hash is not among them: no list holds it.
function listedAt(nowMs: number) {
  return {
    id: true,
    name: true,
    kind: true,
    hint: true,
    createdAt: true,
    createdBy: true,
    expiresAt: true,
    lastUsedAt: true,
    revokedAt: true,
    // Whole hours: the 24 before this one, and this one.
    calls: { select: { count: true }, where: { hour: { gt: new Date(nowMs - DAY_MS) } } },
  } satisfies Prisma.ApiKeySelect;
}

function keyOf(row: Prisma.ApiKeyGetPayload<{ select: ReturnType<typeof listedAt> }>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as KeyKind,
    hint: row.hint,
    createdAtMs: row.createdAt.getTime(),
    createdBy: row.createdBy,
    expiresAtMs: row.expiresAt?.getTime() ?? null,
    lastUsedAtMs: row.lastUsedAt?.getTime() ?? null,
    callsLast24h: Number(row.calls.reduce((sum, { count }) => sum + count, 0n)),
    revokedAtMs: row.revokedAt?.getTime() ?? null,
  };
}
