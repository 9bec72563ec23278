import type { PrismaClient } from "@/prisma/generated/client";
import type { GpuStore } from "./gpu-store";
import { storeError } from "./store-error";

const DAY_MS = 86_400_000;
const NAME = /^gpu_stats_(\d{4})(\d{2})(\d{2})$/;

const dayOf = (timeMs: number) => Math.floor(timeMs / DAY_MS);
const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const partitionOf = (day: number) => `gpu_stats_${dateOf(day).replaceAll("-", "")}`;

function dayOfPartition(name: string): number | null {
  const parts = NAME.exec(name);
  if (!parts) return null;
  return dayOf(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
}

// Made apart and attached: CREATE … PARTITION OF would lock out every reader and writer of the whole table meanwhile.
// One DO block is one transaction; the lock lets two portals make the same day at once.
function createStatement(day: number): string {
  const name = partitionOf(day);
  return `DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gpu_partitions'));
    IF to_regclass('gpu_partitions.${name}') IS NULL THEN
      CREATE TABLE gpu_partitions.${name} (LIKE gpu_stats INCLUDING ALL);
      ALTER TABLE gpu_stats ATTACH PARTITION gpu_partitions.${name}
        FOR VALUES FROM ('${dateOf(day)} 00:00:00+00') TO ('${dateOf(day + 1)} 00:00:00+00');
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

const LIST = `SELECT c.relname::text AS name FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = 'gpu_stats'::regclass AND n.nspname = 'gpu_partitions' ORDER BY 1`;

export type PartitionStore = Pick<GpuStore, "ensurePartitions" | "dropPartitionsBefore"> & {
  /** Forgets which days exist: another process may have dropped one. */
  forgetPartitions(): void;
};

/** Partitions of `gpu_stats`, one a UTC day, named `gpu_partitions.gpu_stats_YYYYMMDD`. */
export function createPartitionStore(prisma: PrismaClient): PartitionStore {
  const known = new Set<number>();

  // Names and dates in the statements are made here from numbers, never from what a caller sends.
  const run = (statement: string) =>
    prisma.$executeRawUnsafe(statement).catch((error: unknown) => {
      throw storeError(error);
    });

  return {
    async ensurePartitions(timesMs) {
      const days = new Set(timesMs.map(dayOf));
      for (const day of days) {
        if (known.has(day)) continue;
        await run(createStatement(day));
        known.add(day);
      }
    },

    async dropPartitionsBefore(timeMs) {
      const rows = await prisma
        .$queryRawUnsafe<{ name: string }[]>(LIST)
        .catch((error: unknown) => {
          throw storeError(error);
        });
      const dropped: string[] = [];
      for (const { name } of rows) {
        const day = dayOfPartition(name);
        if (day === null || (day + 1) * DAY_MS > timeMs) continue;
        await run(dropStatement(name));
        known.delete(day);
        dropped.push(name);
      }
      return dropped;
    },

    forgetPartitions: () => known.clear(),
  };
}
