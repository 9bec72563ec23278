import { randomUUID } from "node:crypto";
import type { Session, SignInMethod } from "@/domain/identity/session";
import { deviceName } from "@/domain/identity/device-name";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";

export interface NewSession {
  userId: string;
  method: SignInMethod;
  tokenHash: Buffer<ArrayBuffer>;
  nowMs: number;
  expiresAtMs: number;
  address: string;
  userAgent: string;
  /** The sign-in that the request came with: it ends. */
  replacesId: string | null;
  /** What was proven; when the password has changed meanwhile there is no session. Null when something else was proven. */
  passwordHash: string | null;
}

/** A session as it is stored, before anybody asks for it. */
export type StoredSession = Omit<Session, "isCurrent">;

/** Sign-ins that last. Nothing here gives out a token or its hash. Errors are those of the database. */
export interface SessionStore {
  /** The e-mail address of who has signed in now; null when the account is gone or disabled, or its password is another one now. */
  open(session: NewSession): Promise<{ email: string } | null>;
  /** Those that hold now, used last first; of everybody when no user is given. */
  list(query: { nowMs: number; userId?: string }): Promise<StoredSession[]>;
  /** Ends one that holds; null when there is none such, or it is somebody else's than `userId`. */
  revoke(id: string, by: { origin: AuditOrigin; userId?: string }): Promise<StoredSession | null>;
  /** Ends all of one user but one. Answers how many. */
  revokeOthers(userId: string, by: { origin: AuditOrigin; keptId: string }): Promise<number>;
  /** Ends the one that asks; no row of the audit, as signing in has none. */
  end(id: string, nowMs: number): Promise<void>;
  /** Drops what ended before that time. */
  prune(beforeMs: number): Promise<number>;
}

const MAX_LISTED = 1_000;

export function createSessionStore(
  prisma: PrismaClient,
  options: { idleMs: number },
): SessionStore {
  const holds = (nowMs: number) => holdingSessions(nowMs, options.idleMs);
  return {
    open: (session) => prisma.$transaction((tx) => open(tx, session)),
    async list({ nowMs, userId }) {
      const rows = await prisma.session.findMany({
        where: { ...holds(nowMs), ...(userId !== undefined && { userId }) },
        select: listed,
        orderBy: [{ lastSeenAt: "desc" }, { id: "asc" }],
        take: MAX_LISTED,
      });
      return rows.map(sessionOf);
    },
    revoke: (id, { origin, userId }) =>
      prisma.$transaction(async (tx) => {
        const row = await tx.session.findFirst({
          where: { id, ...holds(origin.atMs), ...(userId !== undefined && { userId }) },
          select: listed,
        });
        if (!row) return null;
        const { count } = await tx.session.updateMany({
          where: { id, revokedAt: null },
          data: { revokedAt: new Date(origin.atMs) },
        });
        if (count === 0) return null;
        const session = sessionOf(row);
        await appendAudit(tx, origin, {
          action: "session.revoke",
          target: session.email,
          before: { device: session.device, address: session.address, method: session.method },
          after: null,
        });
        return session;
      }),
    revokeOthers: (userId, { origin, keptId }) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.session.updateMany({
          where: { userId, id: { not: keptId }, ...holds(origin.atMs) },
          data: { revokedAt: new Date(origin.atMs) },
        });
        await appendAudit(tx, origin, {
          action: "session.revoke",
          target: origin.actorName,
          before: { sessions: count },
          after: { sessions: 0 },
        });
        return count;
      }),
    async end(id, nowMs) {
      await prisma.session.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date(nowMs) },
      });
    },
    async prune(beforeMs) {
      const before = new Date(beforeMs);
      const { count } = await prisma.session.deleteMany({
        where: { OR: [{ revokedAt: { lt: before } }, { expiresAt: { lt: before } }] },
      });
      return count;
    },
  };
}

/** What makes a session hold, but for its user. */
export function holdingSessions(nowMs: number, idleMs: number) {
  return {
    revokedAt: null,
    expiresAt: { gt: new Date(nowMs) },
    lastSeenAt: { gt: new Date(nowMs - idleMs) },
  } satisfies Prisma.SessionWhereInput;
}

/** Ends every session of a user, inside the transaction of what makes them end. Answers how many. */
export async function revokeSessionsOf(
  tx: Prisma.TransactionClient,
  userId: string,
  options: { nowMs: number; keptId?: string | null },
): Promise<number> {
  const { nowMs, keptId = null } = options;
  const { count } = await tx.session.updateMany({
    where: { userId, revokedAt: null, ...(keptId !== null && { id: { not: keptId } }) },
    data: { revokedAt: new Date(nowMs) },
  });
  return count;
}

async function open(
  tx: Prisma.TransactionClient,
  session: NewSession,
): Promise<{ email: string } | null> {
  const at = new Date(session.nowMs);
  // The row is locked: whoever disables the account or changes its password comes before or after, and ends this session too.
  const [user] = await tx.$queryRaw<
    { email: string; disabledAt: Date | null; passwordHash: string | null }[]
  >`SELECT "email", "disabled_at" AS "disabledAt", "password_hash" AS "passwordHash"
    FROM "users" WHERE "id" = ${session.userId}::uuid FOR UPDATE`;
  if (user?.disabledAt !== null) return null; // gone, or disabled
  if (session.passwordHash !== null && session.passwordHash !== user.passwordHash) return null;
  if (session.replacesId !== null)
    await tx.session.updateMany({
      where: { id: session.replacesId, revokedAt: null },
      data: { revokedAt: at },
    });
  await tx.session.create({
    data: {
      id: randomUUID(),
      tokenHash: session.tokenHash,
      userId: session.userId,
      method: session.method,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: new Date(session.expiresAtMs),
      address: session.address,
      userAgent: session.userAgent,
    },
  });
  await tx.user.update({ where: { id: session.userId }, data: { lastSignInAt: at } });
  return { email: user.email };
}

// The hash of the token is not among them: no list holds it.
const listed = {
  id: true,
  userId: true,
  method: true,
  createdAt: true,
  lastSeenAt: true,
  expiresAt: true,
  address: true,
  userAgent: true,
  user: { select: { email: true } },
} as const;

function sessionOf(row: Prisma.SessionGetPayload<{ select: typeof listed }>): StoredSession {
  return {
    id: row.id,
    userId: row.userId,
    email: row.user.email,
    method: row.method as SignInMethod,
    createdAtMs: row.createdAt.getTime(),
    lastSeenAtMs: row.lastSeenAt.getTime(),
    expiresAtMs: row.expiresAt.getTime(),
    address: row.address,
    device: deviceName(row.userAgent),
  };
}
