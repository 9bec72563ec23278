import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { numberArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore } from "./gpu-store";
import type { PartitionStore } from "./partition-store";
import { rollUpTables } from "./partition-tables";
import { type RollUpLevel, rollUpLevels, rollUpStatement } from "./roll-up-statement";
import { isMissingPartition, storeError } from "./store-error";

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Samples of a bucket may come this long after its end and are still its first ones. */
const SETTLE_MS = 5_000;
/** Changes in one transaction: at most about as many thousand samples. */
const BATCH_CHANGES = 200;
/** How often the levels above 10 s are made, when no sample is late: who reads one of them adds a minute of raw samples. */
const BEAT_MS = 60_000;
const TRANSACTION_LIMIT_MS = 120_000;

interface ChangeRow {
  id: number;
  step: number;
  from_ms: number;
  to_ms: number;
}

interface UpkeepRow {
  rolled_10s_to: number;
  rolled_1m_to: number;
  rolled_1h_to: number;
}

interface UpkeepStateRow extends UpkeepRow {
  sealed_to: number;
  oldest_change: number | null;
}

const LOST_ROW = "gpu_upkeep has lost its row";

type Connection = Pick<Prisma.TransactionClient, "$queryRawUnsafe" | "$executeRawUnsafe">;

const ms = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;
const CHANGE = `id::float8 AS id, step, ${ms("from_at")} AS from_ms, ${ms("to_at")} AS to_ms`;
const PENDING_SAMPLES = `SELECT ${CHANGE} FROM gpu_partitions.gpu_changes
  WHERE step = 10 AND from_at < to_timestamp($1::float8 / 1000) ORDER BY from_at, id LIMIT $2::int`;
const PENDING_ABOVE = `SELECT ${CHANGE} FROM gpu_partitions.gpu_changes WHERE step > 10`;
// The lock lets two portals roll up at once: the second finds the changes of the first gone.
const UPKEEP = `SELECT ${ms("rolled_10s_to")} AS rolled_10s_to, ${ms("rolled_1m_to")} AS rolled_1m_to,
  ${ms("rolled_1h_to")} AS rolled_1h_to FROM gpu_partitions.gpu_upkeep FOR UPDATE`;
const UPKEEP_STATE = `SELECT ${ms("rolled_10s_to")} AS rolled_10s_to, ${ms("rolled_1m_to")} AS rolled_1m_to,
  ${ms("rolled_1h_to")} AS rolled_1h_to, ${ms("sealed_to")} AS sealed_to,
  (SELECT min(${ms("from_at")}) FROM gpu_partitions.gpu_changes WHERE step = 10) AS oldest_change
  FROM gpu_partitions.gpu_upkeep`;
const advanceStatement = ({ upkeepColumn }: RollUpLevel) =>
  `UPDATE gpu_partitions.gpu_upkeep SET ${upkeepColumn} = to_timestamp($1::float8 / 1000)
  WHERE ${upkeepColumn} < to_timestamp($1::float8 / 1000)`;

const startOf = (stepMs: number, timeMs: number) => Math.floor(timeMs / stepMs) * stepMs;

/** What one transaction takes of the changes that are due before `targetMs`. They are sorted; one more than a batch says that more wait. */
function takeBatch(pending: readonly ChangeRow[], targetMs: number) {
  const [first] = pending;
  const next = pending[BATCH_CHANGES];
  if (!first || !next) return { changes: pending, untilMs: targetMs };
  // In the order of time, and whole buckets at least, so that the levels hold exactly what is before some time.
  const untilMs = Math.max(
    startOf(STEP_MS, next.from_ms),
    startOf(STEP_MS, first.from_ms) + STEP_MS,
  );
  return { changes: pending.filter(({ from_ms }) => from_ms < untilMs), untilMs };
}

/** Runs one level over some changes; answers how many hours of a device it looked at. */
async function runLevel(
  connection: Connection,
  level: RollUpLevel,
  options: { changes: readonly ChangeRow[]; untilMs: number; wholeHoursBeforeMs: number },
): Promise<number> {
  const { changes, untilMs, wholeHoursBeforeMs } = options;
  if (changes.length === 0) return 0;
  const ids = numberArrayLiteral(changes.length, (at) => changes[at]?.id ?? null);
  const fromMs = changes.reduce((least, { from_ms }) => Math.min(least, from_ms), Infinity);
  const toMs = changes.reduce((most, { to_ms }) => Math.max(most, to_ms), 0);
  const parameters = [
    ids,
    untilMs,
    wholeHoursBeforeMs,
    startOf(HOUR_MS, fromMs),
    startOf(HOUR_MS, toMs) + HOUR_MS,
  ];
  const [row] = await connection.$queryRawUnsafe<{ ranges: number }[]>(
    rollUpStatement(level),
    ...parameters.map(String),
  );
  return row?.ranges ?? 0;
}

/** `gpu_rollup_10s`, `_1m` and `_1h`, from the changes that the inserts of samples leave in `gpu_changes`. */
export function createRollUpStore(
  prisma: PrismaClient,
  partitions: PartitionStore,
): Pick<GpuStore, "rollUp" | "readUpkeep"> {
  async function ensurePartitions(changes: readonly ChangeRow[]): Promise<void> {
    for (const { from_ms, to_ms } of changes)
      for (const level of rollUpLevels)
        await partitions.ensureRange(rollUpTables[level.name], {
          fromMs: startOf(HOUR_MS, from_ms),
          toMs: to_ms + 1,
        });
  }

  /** One more level is due when one of its buckets has ended, or a sample came late. */
  async function runAbove(
    connection: Connection,
    level: RollUpLevel,
    options: { rolledMs: number; targetMs: number; untilMs: number; wholeHoursBeforeMs: number },
  ): Promise<void> {
    const { rolledMs, targetMs } = options;
    const above = await connection.$queryRawUnsafe<ChangeRow[]>(PENDING_ABOVE);
    const changes = above.filter(({ step }) => step === level.stepSeconds);
    const isDue =
      startOf(BEAT_MS, targetMs) > startOf(BEAT_MS, rolledMs) ||
      changes.some(({ from_ms }) => startOf(STEP_MS, from_ms) + STEP_MS <= rolledMs);
    if (!isDue) return;
    await runLevel(connection, level, { ...options, changes });
    await connection.$executeRawUnsafe(advanceStatement(level), String(options.untilMs));
  }

  async function rollUpOnce(options: { nowMs: number; wholeHoursBeforeMs: number }) {
    const { wholeHoursBeforeMs } = options;
    const targetMs = startOf(STEP_MS, options.nowMs - SETTLE_MS);
    const pending = await prisma.$queryRawUnsafe<ChangeRow[]>(
      PENDING_SAMPLES,
      String(targetMs),
      String(BATCH_CHANGES + 1),
    );
    const above = await prisma.$queryRawUnsafe<ChangeRow[]>(PENDING_ABOVE);
    if (pending.length + above.length === 0) return { ranges: 0, hasMore: false };
    const batch = takeBatch(pending, targetMs);
    await ensurePartitions([...batch.changes, ...above]);
    const ranges = await prisma.$transaction(
      async (connection) => {
        const [upkeep] = await connection.$queryRawUnsafe<UpkeepRow[]>(UPKEEP);
        if (!upkeep) throw new Error(LOST_ROW);
        // No further than there are samples: a clock that was ahead for a while must not make later samples late ones.
        const newestMs = batch.changes.reduce((most, { to_ms }) => Math.max(most, to_ms), -STEP_MS);
        const reachedMs = Math.min(batch.untilMs, startOf(STEP_MS, newestMs) + STEP_MS);
        const untilMs = Math.max(upkeep.rolled_10s_to, reachedMs);
        let looked = 0;
        for (const level of rollUpLevels) {
          const shared = { untilMs, wholeHoursBeforeMs };
          if (level.stepSeconds === 10) {
            looked = await runLevel(connection, level, { ...shared, changes: batch.changes });
            await connection.$executeRawUnsafe(advanceStatement(level), String(untilMs));
          } else {
            const rolledMs = upkeep[level.upkeepColumn];
            await runAbove(connection, level, { ...shared, rolledMs, targetMs });
          }
        }
        return looked;
      },
      { timeout: TRANSACTION_LIMIT_MS },
    );
    return { ranges, hasMore: pending.length > batch.changes.length };
  }

  return {
    async readUpkeep() {
      const rows = await prisma
        .$queryRawUnsafe<UpkeepStateRow[]>(UPKEEP_STATE)
        .catch((error: unknown) => {
          throw storeError(error);
        });
      const [row] = rows;
      if (!row) throw new Error(LOST_ROW);
      return {
        rolledToMs: { "10s": row.rolled_10s_to, "1m": row.rolled_1m_to, "1h": row.rolled_1h_to },
        oldestChangeMs: row.oldest_change,
        sealedToMs: row.sealed_to,
      };
    },
    async rollUp(options) {
      try {
        return await rollUpOnce(options);
      } catch (error) {
        const known = storeError(error);
        // Another process dropped it meanwhile: the next run makes it again.
        if (isMissingPartition(known)) partitions.forgetPartitions();
        throw known;
      }
    },
  };
}
