import { setTimeout as sleep } from "node:timers/promises";
import type { PrismaClient } from "@/prisma/generated/client";
import type { GpuStore } from "./gpu-store";
import type { PartitionStore } from "./partition-store";
import { partitionAt, rawTable, sealedTable } from "./partition-tables";
import {
  type SealedDay,
  sealHourStatement,
  stageStatement,
  swapStatement,
  UNROLLED,
} from "./sealed-statement";
import { storeError } from "./store-error";

const HOUR_MS = 3_600_000;
const SWAP_TRIES = 5;
const SWAP_PAUSE_MS = 500;
/** The tables were in use: SQLSTATE of what passes by itself. */
const PASSING = new Set(["55P03", "40P01"]);

function isPassing(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && PASSING.has(error.code);
}

/**
 * Raw days rewritten as arrays (`gpu_hours`). Made ready in a table that nobody reads, hour by hour, then exchanged for the raw
 * partition in one transaction: killed at any moment, the day is there either way, once.
 */
export function createSealedStore(
  prisma: PrismaClient,
  partitions: PartitionStore,
): Pick<GpuStore, "sealDays"> {
  async function isRolledUp(untilMs: number): Promise<boolean> {
    const [row] = await prisma
      .$queryRawUnsafe<{ unrolled: boolean }[]>(UNROLLED, String(untilMs))
      .catch((error: unknown) => {
        throw storeError(error);
      });
    return row?.unrolled === false;
  }
  const run = (statement: string) =>
    prisma.$executeRawUnsafe(statement).catch((error: unknown) => {
      throw storeError(error);
    });

  async function stage(day: SealedDay, signal: AbortSignal): Promise<void> {
    await run(stageStatement(day));
    for (let hourMs = day.raw.fromMs; hourMs < day.raw.toMs; hourMs += HOUR_MS) {
      signal.throwIfAborted();
      await run(sealHourStatement(day, hourMs));
    }
  }

  async function swap(day: SealedDay): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await run(swapStatement(day));
        return;
      } catch (error) {
        const isLast = tries === SWAP_TRIES || (error instanceof Error && !isPassing(error));
        if (isLast) throw error;
        await sleep(SWAP_PAUSE_MS);
      }
    }
  }

  return {
    async sealDays({ beforeMs, signal }) {
      const sealed: string[] = [];
      const days = (await partitions.listPartitions())
        .filter(({ table, toMs }) => table === rawTable && toMs <= beforeMs)
        .map((raw): SealedDay => ({ raw, sealed: partitionAt(sealedTable, raw.fromMs) }));
      for (const day of days) {
        signal.throwIfAborted();
        // Whoever reads raw samples that are not rolled up yet then finds them all in one table.
        if (!(await isRolledUp(day.raw.toMs))) break;
        await stage(day, signal);
        await swap(day);
        partitions.forgetPartitions();
        sealed.push(day.raw.name);
      }
      return sealed;
    },
  };
}
