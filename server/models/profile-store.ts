import { randomUUID } from "node:crypto";
import type { ModelProfile, ProfileFields } from "@/domain/tokens/model-profile";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { auditedProfile } from "./audited-profile";
import { checkNames } from "./check-profile";
import { columnsOf, profileOf } from "./profile-row-store";
import type { ObservedServer } from "./profile-remarks";

/**
 * Profiles of models. At all times exactly one is the default, and no name belongs to two. Each change leaves one row in the audit, in the
 * same transaction. Errors are those of the database, or AppError with what is wrong.
 */
export interface ProfileStore {
  /** The default first, then by name. */
  list(): Promise<ModelProfile[]>;
  /** What model servers told of themselves. */
  observedServers(): Promise<ObservedServer[]>;
  /** Stores them when there is none at all, the first as the default; true when it did. */
  seed(profiles: readonly ProfileFields[], atMs: number): Promise<boolean>;
  /** Throws INVALID for a name that is taken, too many, or a tokenizer or server that is gone. */
  create(fields: ProfileFields, origin: AuditOrigin): Promise<ModelProfile>;
  /** Throws NOT_FOUND; INVALID likewise, and when `version` is not the stored one. */
  update(
    wanted: { id: string; version: number; fields: ProfileFields },
    origin: AuditOrigin,
  ): Promise<ModelProfile>;
  /** False when it was gone already. Throws INVALID for the default. */
  delete(id: string, origin: AuditOrigin): Promise<boolean>;
  /** Throws NOT_FOUND. The one that is the default already stays it, and leaves no row. */
  makeDefault(id: string, origin: AuditOrigin): Promise<ModelProfile>;
}

const MAX_PROFILES = 200;

export function createProfileStore(prisma: PrismaClient): ProfileStore {
  /** One change at a time, in all portals: names and the default are of all profiles together. */
  const changing = <Result>(
    work: (tx: Prisma.TransactionClient, known: ModelProfile[]) => Promise<Result>,
  ): Promise<Result> =>
    prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('sightline_model_profiles'))`;
      return work(tx, await listed(tx));
    });

  return {
    list: () => listed(prisma),
    observedServers: () => observedServers(prisma),
    seed: (profiles, atMs) =>
      changing(async (tx, known) => {
        if (known.length > 0) return false;
        const at = new Date(atMs);
        await tx.modelProfile.createMany({
          data: profiles.map((fields, place) => ({
            ...columnsOf(fields),
            ...firstOf(at, null),
            isDefault: place === 0,
          })),
        });
        return true;
      }),
    create: (fields, origin) =>
      changing(async (tx, known) => {
        if (known.length >= MAX_PROFILES)
          throw new AppError(
            "INVALID",
            `There are ${MAX_PROFILES} profiles already. Delete one that nobody uses.`,
          );
        checkNames(fields, known);
        await checkCounting(tx, fields);
        const row = await tx.modelProfile.create({
          data: {
            ...columnsOf(fields),
            ...firstOf(new Date(origin.atMs), origin.actorName),
            isDefault: known.length === 0,
          },
        });
        const made = profileOf(row);
        await appendAudit(tx, origin, {
          action: "profile.create",
          target: made.name,
          before: null,
          after: auditedProfile(made.id, made),
        });
        return made;
      }),
    update: ({ id, version, fields }, origin) =>
      changing(async (tx, known) => {
        const before = known.find((one) => one.id === id);
        if (!before) throw noSuchProfile();
        if (before.version !== version) throw await staleSave(tx, before);
        checkNames(
          fields,
          known.filter((one) => one.id !== id),
        );
        await checkCounting(tx, fields);
        const row = await tx.modelProfile.update({
          where: { id },
          data: {
            ...columnsOf(fields),
            version: version + 1,
            updatedAt: new Date(origin.atMs),
            updatedBy: origin.actorName,
          },
        });
        const after = profileOf(row);
        await appendAudit(tx, origin, {
          action: "profile.update",
          target: after.name,
          before: auditedProfile(id, before),
          after: auditedProfile(id, after),
        });
        return after;
      }),
    delete: (id, origin) =>
      changing(async (tx, known) => {
        const before = known.find((one) => one.id === id);
        if (!before) return false;
        if (before.isDefault)
          throw new AppError(
            "INVALID",
            `${before.name} is the default, which is used where nobody names a model. Make another profile the default first.`,
          );
        await tx.modelProfile.delete({ where: { id } });
        await appendAudit(tx, origin, {
          action: "profile.delete",
          target: before.name,
          before: auditedProfile(id, before),
          after: null,
        });
        return true;
      }),
    makeDefault: (id, origin) =>
      changing(async (tx, known) => {
        const next = known.find((one) => one.id === id);
        if (!next) throw noSuchProfile();
        if (next.isDefault) return next;
        await tx.modelProfile.updateMany({
          where: { isDefault: true },
          data: { isDefault: false },
        });
        await tx.modelProfile.update({ where: { id }, data: { isDefault: true } });
        const previous = known.find(({ isDefault }) => isDefault);
        await appendAudit(tx, origin, {
          action: "profile.update",
          target: next.name,
          before: { id, name: next.name, defaultProfile: previous?.name ?? null },
          after: { id, name: next.name, defaultProfile: next.name },
        });
        return { ...next, isDefault: true };
      }),
  };
}

async function listed(db: Prisma.TransactionClient): Promise<ModelProfile[]> {
  const rows = await db.modelProfile.findMany({
    orderBy: [{ isDefault: "desc" }, { name: "asc" }],
  });
  return rows.map(profileOf);
}

async function observedServers(prisma: PrismaClient): Promise<ObservedServer[]> {
  const rows = await prisma.modelServer.findMany({
    where: { observedAt: { not: null } },
    orderBy: { name: "asc" },
    select: {
      id: true,
      name: true,
      model: true,
      observedModel: true,
      observedSlotWindow: true,
      observedSlots: true,
    },
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    slotWindow: row.observedSlotWindow,
    parallelSlots: row.observedSlots,
    models: [row.model, row.observedModel].filter((model) => model !== null),
  }));
}

function firstOf(at: Date, updatedBy: string | null) {
  return { id: randomUUID(), version: 1, createdAt: at, updatedAt: at, updatedBy };
}

/** Who counts must be there, and is kept from being deleted until the transaction ends. */
async function checkCounting(
  tx: Prisma.TransactionClient,
  { counting }: ProfileFields,
): Promise<void> {
  if (counting.kind === "encoding") return;
  const found =
    counting.kind === "tokenizer"
      ? await tx.$queryRaw<
          unknown[]
        >`SELECT 1 FROM "tokenizer_files" WHERE "id" = ${counting.tokenizerId}::uuid FOR KEY SHARE`
      : await tx.$queryRaw<
          unknown[]
        >`SELECT 1 FROM "model_servers" WHERE "id" = ${counting.serverId}::uuid FOR KEY SHARE`;
  if (found.length > 0) return;
  const what = counting.kind === "tokenizer" ? "tokenizer" : "model server";
  throw new AppError(
    "INVALID",
    `The ${what} that is to count is not there any more. Choose another, or an encoding.`,
  );
}

function noSuchProfile(): AppError {
  return new AppError("NOT_FOUND", "There is no such profile. Somebody may have deleted it.");
}

async function staleSave(tx: Prisma.TransactionClient, before: ModelProfile): Promise<AppError> {
  const row = await tx.modelProfile.findUnique({
    where: { id: before.id },
    select: { updatedBy: true },
  });
  const at = new Date(before.updatedAtMs).toISOString().replace("T", " ").slice(0, 19);
  return new AppError(
    "INVALID",
    `${row?.updatedBy ?? "Somebody"} changed ${before.name} at ${at} UTC, after you opened it. Nothing of yours was saved: read the new values, then change them.`,
  );
}
