import { randomUUID } from "node:crypto";
import type { User } from "@/domain/identity/user";
import type { UserRole } from "@/domain/identity/user-role";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { holdingSessions, revokeSessionsOf } from "./session-store";

export interface NewAccount {
  email: string;
  name: string;
  role: UserRole;
  passwordHash: string;
}

/** What is needed to check a password. It never leaves the server. */
export interface PasswordRecord {
  id: string;
  email: string;
  passwordHash: string | null;
  isDisabled: boolean;
}

/** People who may sign in. Changes throw AppErrors (NOT_FOUND, INVALID, FORBIDDEN); other errors are those of the database. */
export interface UserStore {
  list(nowMs: number): Promise<User[]>;
  create(account: NewAccount, origin: AuditOrigin): Promise<User>;
  /** Disabling also ends the sessions. */
  update(
    id: string,
    change: { name?: string; role?: UserRole; disabled?: boolean },
    origin: AuditOrigin,
  ): Promise<User>;
  /** A new password by an admin: the sessions end. */
  resetPassword(id: string, passwordHash: string, origin: AuditOrigin): Promise<User>;
  delete(id: string, origin: AuditOrigin): Promise<void>;
  /** A new password by its owner, unless it has changed since `from`: then null. Else how many other sessions have ended. */
  changePassword(
    id: string,
    change: { from: string; to: string; keptSessionId: string },
    origin: AuditOrigin,
  ): Promise<number | null>;
  /** By address, with the client addresses of the last sign-ins, newest first; null when there is no such account. */
  readForSignIn(email: string): Promise<(PasswordRecord & { addresses: string[] }) | null>;
  readPassword(id: string): Promise<PasswordRecord | null>;
  /** "" when there is none. */
  readName(id: string): Promise<string>;
  hasAdmin(): Promise<boolean>;
  /** The first admin, or null when there is one. An account of that address becomes it. */
  createFirstAdmin(
    account: Pick<NewAccount, "email" | "passwordHash">,
    origin: AuditOrigin,
  ): Promise<{ id: string } | null>;
  /** Addresses of admins who may sign in, at most `limit`. */
  adminEmails(limit: number): Promise<string[]>;
}

export const MAX_USERS = 1_000;
/** Of the last sign-ins, those that a try is compared with. */
const MAX_ADDRESSES = 50;

export function createUserStore(prisma: PrismaClient, options: { idleMs: number }): UserStore {
  const { idleMs } = options;

  const change = <Result>(work: (tx: Prisma.TransactionClient) => Promise<Result>) =>
    prisma.$transaction(async (tx) => {
      await lockUsers(tx);
      return work(tx);
    });

  return {
    async list(nowMs) {
      const rows = await prisma.user.findMany({
        select: listedAt(nowMs, idleMs),
        orderBy: { email: "asc" },
        take: MAX_USERS,
      });
      return rows.map(userOf);
    },
    create: (account, origin) =>
      change(async (tx) => {
        await requireRoom(tx, account.email);
        const { id } = await tx.user.create({
          data: { ...account, id: randomUUID(), ...madeAt(origin.atMs) },
          select: { id: true },
        });
        const user = await readUser(tx, id, { nowMs: origin.atMs, idleMs });
        await audit(tx, origin, { action: "user.create", before: null, after: user });
        return user;
      }),
    update: (id, { disabled, ...rest }, origin) =>
      change(async (tx) => {
        const at = { nowMs: origin.atMs, idleMs };
        const before = await readUser(tx, id, at);
        const isLess = disabled === true || (rest.role !== undefined && rest.role !== "admin");
        if (isLess) await requireOtherAdmin(tx, before);
        const disabledAt = disabled === undefined ? {} : disabledAtOf(before, disabled, origin);
        await tx.user.update({ where: { id }, data: { ...rest, ...disabledAt } });
        if (disabled === true) await revokeSessionsOf(tx, id, { nowMs: origin.atMs });
        const after = await readUser(tx, id, at);
        await audit(tx, origin, { action: updateAction(before, after), before, after });
        return after;
      }),
    resetPassword: (id, passwordHash, origin) =>
      change(async (tx) => {
        const at = { nowMs: origin.atMs, idleMs };
        const before = await readUser(tx, id, at);
        await savePassword(tx, id, { passwordHash, atMs: origin.atMs });
        await revokeSessionsOf(tx, id, { nowMs: origin.atMs });
        const after = await readUser(tx, id, at);
        await audit(tx, origin, { action: "user.reset-password", before, after });
        return after;
      }),
    delete: (id, origin) =>
      change(async (tx) => {
        const before = await readUser(tx, id, { nowMs: origin.atMs, idleMs });
        await requireOtherAdmin(tx, before);
        await tx.user.delete({ where: { id } });
        await audit(tx, origin, { action: "user.delete", before, after: null });
      }),
    changePassword: (id, { from, to, keptSessionId }, origin) =>
      change(async (tx) => {
        const { count } = await tx.user.updateMany({
          where: { id, passwordHash: from, disabledAt: null },
          data: { passwordHash: to, passwordChangedAt: new Date(origin.atMs) },
        });
        if (count === 0) return null;
        const ended = await revokeSessionsOf(tx, id, {
          nowMs: origin.atMs,
          keptId: keptSessionId,
        });
        await appendAudit(tx, origin, {
          action: "password.change",
          target: origin.actorName,
          before: null,
          after: { endedSessions: ended },
        });
        return ended;
      }),
    async readForSignIn(email) {
      // One statement, so that an unknown address takes as long as a known one.
      const [row] = await prisma.$queryRaw<(PasswordRecord & { addresses: string[] })[]>`
        SELECT "id", "email", "password_hash" AS "passwordHash", "disabled_at" IS NOT NULL AS "isDisabled",
          ARRAY(SELECT "address" FROM "sessions" WHERE "user_id" = "users"."id"
            ORDER BY "created_at" DESC LIMIT ${MAX_ADDRESSES}::int) AS "addresses"
        FROM "users" WHERE "email" = ${email}`;
      return row ?? null;
    },
    async readPassword(id) {
      const row = await prisma.user.findUnique({
        where: { id },
        select: { id: true, email: true, passwordHash: true, disabledAt: true },
      });
      if (!row) return null;
      const { disabledAt, ...rest } = row;
      return { ...rest, isDisabled: disabledAt !== null };
    },
    async readName(id) {
      const row = await prisma.user.findUnique({ where: { id }, select: { name: true } });
      return row?.name ?? "";
    },
    hasAdmin: async () =>
      (await prisma.user.findFirst({ where: { role: "admin" }, select: { id: true } })) !== null,
    createFirstAdmin: ({ email, passwordHash }, origin) =>
      change(async (tx) => {
        if ((await tx.user.count({ where: { role: "admin" } })) > 0) return null;
        const made = madeAt(origin.atMs);
        const granted = { role: "admin", passwordHash } as const;
        const { id } = await tx.user.upsert({
          where: { email },
          create: { id: randomUUID(), email, name: "", ...granted, ...made },
          update: { ...granted, disabledAt: null, passwordChangedAt: made.passwordChangedAt },
          select: { id: true },
        });
        await revokeSessionsOf(tx, id, { nowMs: origin.atMs });
        const after = await readUser(tx, id, { nowMs: origin.atMs, idleMs });
        await audit(tx, origin, { action: "setup.first-admin", before: null, after });
        return { id };
      }),
    async adminEmails(limit) {
      const rows = await prisma.user.findMany({
        where: enabledAdmin,
        select: { email: true },
        orderBy: { email: "asc" },
        take: limit,
      });
      return rows.map(({ email }) => email);
    },
  };
}

const enabledAdmin = { role: "admin", disabledAt: null } as const;

/** One change at a time, in all portals, until the transaction ends: whether an admin is the last one is then a question with one answer. */
export async function lockUsers(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('sightline_users'))`;
}

function madeAt(atMs: number) {
  const at = new Date(atMs);
  return { createdAt: at, passwordChangedAt: at };
}

async function requireRoom(tx: Prisma.TransactionClient, email: string): Promise<void> {
  if (await tx.user.findUnique({ where: { email }, select: { id: true } }))
    throw new AppError("INVALID", `email: ${email} has an account already.`);
  if ((await tx.user.count()) >= MAX_USERS)
    throw new AppError(
      "INVALID",
      `There are ${MAX_USERS} accounts, and no more are kept: delete those that nobody uses.`,
    );
}

/** Somebody must be left who can give a role back. */
async function requireOtherAdmin(tx: Prisma.TransactionClient, user: User): Promise<void> {
  if (user.role !== "admin" || user.disabledAtMs !== null) return;
  const others = await tx.user.count({ where: { ...enabledAdmin, id: { not: user.id } } });
  if (others > 0) return;
  throw new AppError(
    "FORBIDDEN",
    `${user.email} is the last admin who may sign in. Make somebody else an admin first.`,
  );
}

function disabledAtOf(before: User, disabled: boolean, { atMs }: AuditOrigin) {
  if (!disabled) return { disabledAt: null };
  return before.disabledAtMs === null ? { disabledAt: new Date(atMs) } : {};
}

function updateAction(before: User, after: User): string {
  const wasDisabled = before.disabledAtMs !== null;
  const isDisabled = after.disabledAtMs !== null;
  if (wasDisabled === isDisabled) return "user.update";
  return isDisabled ? "user.disable" : "user.enable";
}

async function savePassword(
  tx: Prisma.TransactionClient,
  id: string,
  { passwordHash, atMs }: { passwordHash: string; atMs: number },
): Promise<void> {
  await tx.user.update({
    where: { id },
    data: { passwordHash, passwordChangedAt: new Date(atMs) },
  });
}

async function readUser(
  tx: Prisma.TransactionClient,
  id: string,
  { nowMs, idleMs }: { nowMs: number; idleMs: number },
): Promise<User> {
  const row = await tx.user.findUnique({ where: { id }, select: listedAt(nowMs, idleMs) });
  if (row) return userOf(row);
  throw new AppError("NOT_FOUND", "There is no such user.");
}

async function audit(
  tx: Prisma.TransactionClient,
  origin: AuditOrigin,
  change: { action: string; before: User | null; after: User | null },
): Promise<void> {
  const { action, before, after } = change;
  await appendAudit(tx, origin, {
    action,
    target: (after ?? before)?.email ?? "",
    before: before && auditedOf(before),
    after: after && auditedOf(after),
  });
}

function auditedOf({ email, name, role, disabledAtMs, activeSessions }: User) {
  return { email, name, role, disabled: disabledAtMs !== null, activeSessions };
}

// Whether there is a password is told by when it was set, so that no list ever reads a hash.
function listedAt(nowMs: number, idleMs: number) {
  return {
    id: true,
    email: true,
    name: true,
    role: true,
    passwordChangedAt: true,
    createdAt: true,
    lastSignInAt: true,
    disabledAt: true,
    identities: { select: { issuer: true } },
    _count: { select: { sessions: { where: holdingSessions(nowMs, idleMs) } } },
  } satisfies Prisma.UserSelect;
}

type ListedRow = Prisma.UserGetPayload<{ select: ReturnType<typeof listedAt> }>;

function userOf(row: ListedRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role as UserRole,
    hasPassword: row.passwordChangedAt !== null,
    providers: [...new Set(row.identities.map(({ issuer }) => hostOf(issuer)))].toSorted(),
    createdAtMs: row.createdAt.getTime(),
    lastSignInAtMs: row.lastSignInAt?.getTime() ?? null,
    disabledAtMs: row.disabledAt?.getTime() ?? null,
    activeSessions: row._count.sessions,
  };
}

function hostOf(issuer: string): string {
  return URL.parse(issuer)?.host ?? issuer;
}
