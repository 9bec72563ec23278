import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit } from "@/server/audit";
import type { GpuStore } from "./gpu-store";
import {
  type PartitionedTable,
  partitionAt,
  partitionedTables,
  partitionNamed,
  partitionsBetween,
  type PartitionSpan,
  rawTable,
} from "./partition-tables";
import { isMissingTable, storeError } from "./store-error";

/** A partition as it is in the database. */
export interface StoredPartition extends PartitionSpan {
  /** On disk, with indexes and the arrays that are stored apart. */
  bytes: number;
  /** As the database last counted for itself. */
  aboutRows: number;
}

const literalOf = (timeMs: number) => `'${new Date(timeMs).toISOString()}'`;

// Rows of upper levels are written again until their bucket is over: room on the page keeps that cheap.
const roomOf = (table: PartitionedTable) =>
  table.span === "month" ? "WITH (fillfactor = 85)" : "";

// Made apart and attached: CREATE … PARTITION OF would lock out every reader and writer of the whole table meanwhile.
// One DO block is one transaction; the lock lets two portals make the same day at once.
function createStatement({ table, name, fromMs, toMs }: PartitionSpan): string {
  return `DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gpu_partitions'));
    IF to_regclass('gpu_partitions.${name}') IS NULL THEN
      CREATE TABLE gpu_partitions.${name} (LIKE ${table.parent} INCLUDING ALL) ${roomOf(table)};
      ALTER TABLE ${table.parent} ATTACH PARTITION gpu_partitions.${name}
        FOR VALUES FROM (${literalOf(fromMs)}) TO (${literalOf(toMs)});
    END IF;
  END $$`;
}

// Dropping locks the whole table for a moment. Rather than queue everybody behind a long query it gives up, and the next run tries again.
function dropStatement(name: string): string {
  return `DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gpu_partitions'));
    PERFORM set_config('lock_timeout', '2s', true);
    DROP TABLE IF EXISTS gpu_partitions.${name};
  END $$`;
}

const LIST = partitionedTables
  .map(
    ({ name, parent }) => `SELECT '${name}' AS table_name, c.relname::text AS name,
    pg_total_relation_size(c.oid)::float8 AS bytes, greatest(c.reltuples, 0)::float8 AS about_rows
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = '${parent}'::regclass AND n.nspname = 'gpu_partitions'`,
  )
  .join(" UNION ALL ")
  .concat(" ORDER BY 1, 2");

interface ListRow {
  table_name: string;
  name: string;
  bytes: number;
  about_rows: number;
}

function storedPartition(row: ListRow): StoredPartition[] {
  const table = partitionedTables.find(({ name }) => name === row.table_name);
  const span = table && partitionNamed(table, row.name);
  return span ? [{ ...span, bytes: row.bytes, aboutRows: row.about_rows }] : [];
}

export type PartitionStore = Pick<
  GpuStore,
  "ensurePartitions" | "listPartitions" | "countRows" | "dropPartition" | "recordCleanUp"
> & {
  /** The same for any of the tables; `toMs` is exclusive. */
  ensureRange(table: PartitionedTable, range: { fromMs: number; toMs: number }): Promise<void>;
  /** Forgets which exist: another process may have dropped one. */
  forgetPartitions(): void;
};

/** Partitions of all tables of samples, named `gpu_partitions.gpu_stats_YYYYMMDD` or `gpu_partitions.gpu_rollup_1m_YYYYMM`. */
export function createPartitionStore(prisma: PrismaClient): PartitionStore {
  const known = new Set<string>();

  // Names and dates in the statements are made from numbers in partition-tables.ts, never from what a caller sends.
  async function ask<Row>(statement: string): Promise<Row[]> {
    return prisma.$queryRawUnsafe<Row[]>(statement).catch((error: unknown) => {
      throw storeError(error);
    });
  }
  async function run(statement: string): Promise<void> {
    await prisma.$executeRawUnsafe(statement).catch((error: unknown) => {
      throw storeError(error);
    });
  }

  async function changing(
    work: (transaction: Prisma.TransactionClient) => Promise<void>,
  ): Promise<void> {
    await prisma.$transaction(work).catch((error: unknown) => {
      throw storeError(error);
    });
  }

  async function ensure(spans: readonly PartitionSpan[]): Promise<void> {
    for (const span of spans) {
      if (known.has(span.name)) continue;
      await run(createStatement(span));
      known.add(span.name);
    }
  }

  return {
    ensurePartitions: async (timesMs) => {
      let last: PartitionSpan | null = null;
      for (const timeMs of timesMs) {
        if (last && timeMs >= last.fromMs && timeMs < last.toMs) continue;
        last = partitionAt(rawTable, timeMs);
        await ensure([last]);
      }
    },
    ensureRange: (table, range) => ensure(partitionsBetween(table, range)),
    listPartitions: async () => (await ask<ListRow>(LIST)).flatMap(storedPartition),
    async countRows({ name, table }) {
      const samples = table.name === "gpu_hours" ? "sum(sample_count)" : "count(*)";
      const statement = `SELECT coalesce(${samples}, 0)::float8 AS n FROM gpu_partitions.${name}`;
      const [row] = await ask<{ n: number }>(statement).catch((error: unknown) => {
        if (isMissingTable(error)) return [];
        throw error;
      });
      return row?.n ?? 0;
    },
    async dropPartition({ name }, row) {
      if (!row) await run(dropStatement(name));
      else
        await changing(async (transaction) => {
          await transaction.$executeRawUnsafe(dropStatement(name));
          await appendAudit(transaction, row.origin, row.draft);
        });
      known.delete(name);
    },
    recordCleanUp: ({ origin, draft }) =>
      changing((transaction) => appendAudit(transaction, origin, draft)),
    forgetPartitions: () => {
      known.clear();
    },
  };
}
