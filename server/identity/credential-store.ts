import type { PrismaClient } from "@/prisma/generated/client";

/** A sign-in with the person behind it, as the database has both. Times in epoch milliseconds. */
export interface SessionRow {
  id: string;
  tokenHash: Uint8Array;
  userId: string;
  email: string;
  role: string;
  lastSeenAtMs: number;
  expiresAtMs: number;
  revokedAtMs: number | null;
  disabledAtMs: number | null;
}

/** An API key as the database has it. */
export interface KeyRow {
  id: string;
  keyHash: Uint8Array;
  name: string;
  kind: string;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
}

/** Calls of a key within the hour that begins then. */
export interface KeyCalls {
  keyId: string;
  hourMs: number;
  count: number;
}

/** Sessions and keys by id, when each was last used. */
export interface LastUses {
  sessions: ReadonlyMap<string, number>;
  keys: ReadonlyMap<string, number>;
}

/** Tables `sessions` (with `users`), `api_keys` and `api_key_calls`: read at sign of a credential, written as they are used. */
export interface CredentialStore {
  findSession(tokenHash: Buffer<ArrayBuffer>): Promise<SessionRow | null>;
  findKey(keyHash: Buffer<ArrayBuffer>): Promise<KeyRow | null>;
  /** Those that still exist, in one statement. */
  findByIds(ids: {
    sessions: readonly string[];
    keys: readonly string[];
  }): Promise<{ sessions: SessionRow[]; keys: KeyRow[] }>;
  writeLastUses(uses: LastUses): Promise<void>;
  /** Adds to what is there. Calls of keys that are gone are dropped. */
  addCalls(calls: readonly KeyCalls[]): Promise<void>;
  deleteCallsBefore(hourMs: number): Promise<void>;
}

export function createCredentialStore(
  prisma: Pick<PrismaClient, "$executeRaw" | "$queryRaw">,
): CredentialStore {
  return {
    async findSession(tokenHash) {
      const [row] = await prisma.$queryRaw<SessionRow[]>`
        SELECT s.id, s.token_hash AS "tokenHash", s.user_id AS "userId", u.email, u.role,
               extract(epoch FROM s.last_seen_at)::float8 * 1000 AS "lastSeenAtMs",
               extract(epoch FROM s.expires_at)::float8 * 1000 AS "expiresAtMs",
               extract(epoch FROM s.revoked_at)::float8 * 1000 AS "revokedAtMs",
               extract(epoch FROM u.disabled_at)::float8 * 1000 AS "disabledAtMs"
          FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = ${tokenHash}`;
      return row ?? null;
    },
    async findKey(keyHash) {
      const [row] = await prisma.$queryRaw<KeyRow[]>`
        SELECT id, key_hash AS "keyHash", name, kind,
               extract(epoch FROM expires_at)::float8 * 1000 AS "expiresAtMs",
               extract(epoch FROM revoked_at)::float8 * 1000 AS "revokedAtMs"
          FROM api_keys WHERE key_hash = ${keyHash}`;
      return row ?? null;
    },
    findByIds: (ids) => findByIds(prisma, ids),
    async writeLastUses({ sessions, keys }) {
      if (sessions.size > 0)
        await prisma.$executeRaw`
          UPDATE sessions SET last_seen_at = to_timestamp(used."atMs" / 1000)
            FROM jsonb_to_recordset(${textOf(sessions)}::jsonb) AS used(id uuid, "atMs" float8)
           WHERE sessions.id = used.id`;
      if (keys.size > 0)
        await prisma.$executeRaw`
          UPDATE api_keys SET last_used_at = to_timestamp(used."atMs" / 1000)
            FROM jsonb_to_recordset(${textOf(keys)}::jsonb) AS used(id uuid, "atMs" float8)
           WHERE api_keys.id = used.id`;
    },
    async addCalls(calls) {
      await prisma.$executeRaw`
        INSERT INTO api_key_calls AS known (key_id, hour, count)
        SELECT "keyId", to_timestamp("hourMs" / 1000), count
          FROM jsonb_to_recordset(${JSON.stringify(calls)}::jsonb)
            AS added("keyId" uuid, "hourMs" float8, count bigint)
          JOIN api_keys ON api_keys.id = "keyId"
        ON CONFLICT (key_id, hour) DO UPDATE SET count = known.count + excluded.count`;
    },
    async deleteCallsBefore(hourMs) {
      await prisma.$executeRaw`
        DELETE FROM api_key_calls WHERE hour < to_timestamp(${hourMs}::float8 / 1000)`;
    },
  };
}

function textOf(uses: ReadonlyMap<string, number>): string {
  return JSON.stringify(Array.from(uses, ([id, atMs]) => ({ id, atMs })));
}

/** Both kinds in the columns of one; which it is tells `kind`, that no session has. */
interface EitherRow {
  id: string;
  hash: Uint8Array;
  userId: string | null;
  name: string;
  role: string | null;
  kind: string | null;
  lastSeenAtMs: number | null;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  disabledAtMs: number | null;
}

async function findByIds(
  prisma: Pick<PrismaClient, "$queryRaw">,
  ids: { sessions: readonly string[]; keys: readonly string[] },
): Promise<{ sessions: SessionRow[]; keys: KeyRow[] }> {
  const rows = await prisma.$queryRaw<EitherRow[]>`
    SELECT s.id, s.token_hash AS hash, s.user_id AS "userId", u.email AS name, u.role, NULL AS kind,
           extract(epoch FROM s.last_seen_at)::float8 * 1000 AS "lastSeenAtMs",
           extract(epoch FROM s.expires_at)::float8 * 1000 AS "expiresAtMs",
           extract(epoch FROM s.revoked_at)::float8 * 1000 AS "revokedAtMs",
           extract(epoch FROM u.disabled_at)::float8 * 1000 AS "disabledAtMs"
      FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = ANY(${[...ids.sessions]}::uuid[])
    UNION ALL
    SELECT id, key_hash, NULL, name, NULL, kind, NULL,
           extract(epoch FROM expires_at)::float8 * 1000,
           extract(epoch FROM revoked_at)::float8 * 1000, NULL
      FROM api_keys WHERE id = ANY(${[...ids.keys]}::uuid[])`;
  const found: { sessions: SessionRow[]; keys: KeyRow[] } = { sessions: [], keys: [] };
  for (const { hash, name, kind, ...row } of rows) {
    const { id, expiresAtMs, revokedAtMs } = row;
    if (kind !== null) found.keys.push({ id, keyHash: hash, name, kind, expiresAtMs, revokedAtMs });
    else
      found.sessions.push({
        ...row,
        tokenHash: hash,
        email: name,
        userId: row.userId ?? "",
        role: row.role ?? "",
        lastSeenAtMs: row.lastSeenAtMs ?? 0,
        expiresAtMs: expiresAtMs ?? 0,
      });
  }
  return found;
}
