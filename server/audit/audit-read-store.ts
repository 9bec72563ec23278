import type { AuditEntry, AuditFilter } from "@/domain/audit/audit-entry";
import type { AuditEntry as StoredEntry, Prisma, PrismaClient } from "@/prisma/generated/client";
import { type HashedEntry, hexOf } from "./audit-hash";

const MAX_NAMES = 200;

/** One row as it is stored: what its hash is over, and the chain. */
export interface ChainRow extends HashedEntry {
  actorKind: AuditEntry["actorKind"];
  previousHash: Uint8Array;
  hash: Uint8Array;
}

/** What the head says, and which row is really the last. */
export interface AuditEnd {
  /** Null: the head itself is gone. */
  head: { sequence: bigint; hash: Uint8Array } | null;
  /** 0: there is no row. */
  lastSequence: bigint;
}

/** Bounds of a page, each optional. */
interface Sequences {
  /** Exclusive. */
  above?: bigint | undefined;
  /** Exclusive. */
  below?: bigint | undefined;
  /** Inclusive. */
  upTo?: bigint | undefined;
}

/** Errors are those of the database. */
export interface AuditReadStore {
  /** Rows that match, in the order of their sequence, or from the newest back. */
  readRows(
    filter: AuditFilter,
    page: Sequences & { limit: number; order: "asc" | "desc" },
  ): Promise<ChainRow[]>;
  count(filter: AuditFilter, sequences?: Sequences): Promise<number>;
  /** Names and actions that occur, in order; 200 at most each. */
  listNames(): Promise<{ actorNames: string[]; actions: string[] }>;
  /** Both from one statement: a row that is being written is in both or in neither. */
  readEnd(): Promise<AuditEnd>;
}

export function createAuditReadStore(prisma: PrismaClient): AuditReadStore {
  const distinct = async (column: "actor_name" | "action") => {
    const rows = await prisma.$queryRawUnsafe<{ name: string }[]>(distinctStatement(column));
    return rows.map(({ name }) => name);
  };
  return {
    async readRows(filter, { limit, order, ...sequences }) {
      const rows = await prisma.auditEntry.findMany({
        where: whereOf(filter, sequences),
        orderBy: { sequence: order },
        take: limit,
      });
      return rows.map(chainRow);
    },
    count: (filter, sequences = {}) =>
      prisma.auditEntry.count({ where: whereOf(filter, sequences) }),
    async listNames() {
      const [actorNames, actions] = await Promise.all([distinct("actor_name"), distinct("action")]);
      return { actorNames, actions };
    },
    async readEnd() {
      const [end] = await prisma.$queryRaw<
        { sequence: bigint | null; hash: Uint8Array | null; last: bigint | null }[]
      >`SELECT h."sequence", h."hash", l."last"
        FROM (SELECT max("sequence") AS "last" FROM "audit_entries") l
        LEFT JOIN "audit_head" h ON h."id" = 1`;
      const { sequence = null, hash = null, last = null } = end ?? {};
      return {
        head: sequence === null || hash === null ? null : { sequence, hash },
        lastSequence: last ?? 0n,
      };
    },
  };
}

// From one name to the next by the index: a million rows hold few names, and DISTINCT would read all of them.
function distinctStatement(column: "actor_name" | "action"): string {
  return `WITH RECURSIVE names AS (
    SELECT min("${column}") AS name FROM "audit_entries"
    UNION ALL
    SELECT (SELECT min("${column}") FROM "audit_entries" WHERE "${column}" > names.name)
    FROM names WHERE names.name IS NOT NULL
  ) SELECT name FROM names WHERE name IS NOT NULL LIMIT ${MAX_NAMES}`;
}

function whereOf(
  { actorName, action, fromMs, toMs }: AuditFilter,
  { above, below, upTo }: Sequences,
): Prisma.AuditEntryWhereInput {
  return {
    ...(actorName !== undefined && { actorName }),
    ...(action !== undefined && { OR: [{ action }, { action: { startsWith: `${action}.` } }] }),
    at: {
      ...(fromMs !== undefined && { gte: new Date(fromMs) }),
      ...(toMs !== undefined && { lt: new Date(toMs) }),
    },
    sequence: {
      ...(above !== undefined && { gt: above }),
      ...(below !== undefined && { lt: below }),
      ...(upTo !== undefined && { lte: upTo }),
    },
  };
}

function chainRow({ at, actorKind, ...row }: StoredEntry): ChainRow {
  return { ...row, atMs: at.getTime(), actorKind: actorKind as AuditEntry["actorKind"] }; // a CHECK of the column
}

/** A row as it is shown. */
export function auditEntryOf({ sequence, previousHash, hash, ...row }: ChainRow): AuditEntry {
  return { ...row, sequence: Number(sequence), hash: hexOf(hash) };
}
