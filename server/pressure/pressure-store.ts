import {
  MAX_PRESSURE_EVENTS,
  PressureEvent,
  type PressureEvents,
  type PressureEventsQuery,
} from "@/domain/pressure/pressure-event";
import type { PressureTotals } from "@/domain/pressure/gpu-pressure";
import { PressureLevel } from "@/domain/pressure/pressure-level";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";

/** The same in every portal: who writes events waits for who does so already, so that deliveries have the order of their ids. */
const WRITE_LOCK = "7301840550012417";
const SAVE_LIMIT_MS = 15_000;

/** What is known of a GPU from before the start. */
export interface StoredState {
  gpuUuid: string;
  level: PressureLevel;
  sinceMs: number;
  totals: PressureTotals;
}

/** Pressure in Postgres. Errors are those of the database. */
export interface PressureStore {
  readStates(): Promise<{ states: StoredState[]; lastSequence: number }>;
  /**
   * Stores events in their order, with a delivery for each webhook, in one transaction; answers how many were new. A
   * transition to the level that is stored already is none: another portal saw it too.
   */
  saveEvents(events: readonly PressureEvent[], options: { nowMs: number }): Promise<number>;
  readEvents(query: PressureEventsQuery): Promise<PressureEvents>;
  /** The first events after one, oldest first. */
  readEventsAfter(sequence: number, limit: number): Promise<PressureEvent[]>;
  /** Drops events from before that time, of the others all but the newest, and GPUs at normal since before; answers how many events. */
  pruneEvents(options: { beforeMs: number; keepNewest: number }): Promise<number>;
}

type Row = Prisma.GpuPressureEventGetPayload<object>;

function eventOf(row: Row): PressureEvent {
  return PressureEvent.parse({
    ...row,
    sequence: Number(row.sequence),
    atMs: row.at.getTime(),
  });
}

async function saveOne(
  tx: Prisma.TransactionClient,
  event: PressureEvent,
  nowMs: number,
): Promise<boolean> {
  const { gpuUuid, level, atMs } = event;
  const known =
    event.kind === "level" ? await tx.gpuPressureState.findUnique({ where: { gpuUuid } }) : null;
  if (known) {
    const sinceMs = known.since.getTime();
    // An older transition than the stored one is late, unless the stored one is of before the clock was set back.
    if (known.level === level || (sinceMs > atMs && sinceMs <= nowMs)) return false;
  }
  const { atMs: _, sequence, fromLevel, ...rest } = event;
  const [row] = await tx.gpuPressureEvent.createManyAndReturn({
    data: [
      {
        ...rest,
        sequence: BigInt(sequence),
        at: new Date(atMs),
        fromLevel: known?.level ?? fromLevel,
      },
    ],
    skipDuplicates: true,
    select: { id: true },
  });
  if (!row) return false;
  if (event.kind !== "level") return true;
  await saveState(tx, event);
  const now = new Date(nowMs);
  await tx.$executeRaw`
    INSERT INTO gpu_pressure_deliveries (webhook_id, event_id, created_at, next_attempt_at)
    SELECT id, ${row.id}::bigint, ${now}::timestamptz, ${now}::timestamptz
    FROM gpu_pressure_webhooks WHERE enabled`;
  return true;
}

async function saveState(tx: Prisma.TransactionClient, event: PressureEvent): Promise<void> {
  const { gpuUuid, level } = event;
  const at = new Date(event.atMs);
  const entered = {
    normal: {},
    warning: { warningCount: 1, lastWarningAt: at },
    critical: { criticalCount: 1, lastCriticalAt: at },
  }[level];
  const counted = {
    normal: {},
    warning: { warningCount: { increment: 1 }, lastWarningAt: at },
    critical: { criticalCount: { increment: 1 }, lastCriticalAt: at },
  }[level];
  await tx.gpuPressureState.upsert({
    where: { gpuUuid },
    create: { gpuUuid, level, since: at, ...entered },
    update: { level, since: at, ...counted },
  });
}

async function readEvents(prisma: PrismaClient, query: PressureEventsQuery) {
  const ofGpus = query.gpuUuids ? { gpuUuid: { in: query.gpuUuids } } : {};
  const from = new Date(query.fromMs);
  const newest = await prisma.gpuPressureEvent.findMany({
    where: { ...ofGpus, at: { gte: from, lt: new Date(query.toMs) } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: MAX_PRESSURE_EVENTS + 1,
  });
  // Prisma's own `distinct` would read every event there ever was.
  const before = await prisma.$queryRaw<{ gpu_uuid: string; level: string; at: Date }[]>`
    SELECT DISTINCT ON (gpu_uuid) gpu_uuid, level, at FROM gpu_pressure_events
    WHERE kind = 'level' AND at < ${from}::timestamptz
      AND (${query.gpuUuids ?? null}::text[] IS NULL OR gpu_uuid = ANY (${query.gpuUuids ?? null}::text[]))
    ORDER BY gpu_uuid, at DESC, id DESC`;
  return {
    events: newest.slice(0, MAX_PRESSURE_EVENTS).reverse().map(eventOf),
    levelsBefore: before.map(({ gpu_uuid: gpuUuid, level, at }) => ({
      gpuUuid,
      level: PressureLevel.parse(level),
      atMs: at.getTime(),
    })),
    truncated: newest.length > MAX_PRESSURE_EVENTS,
  };
}

export function createPressureStore(prisma: PrismaClient): PressureStore {
  return {
    async readStates() {
      const rows = await prisma.gpuPressureState.findMany();
      const { _max: newest } = await prisma.gpuPressureEvent.aggregate({
        _max: { sequence: true },
      });
      return {
        lastSequence: Number(newest.sequence ?? 0n),
        states: rows.map((row) => ({
          gpuUuid: row.gpuUuid,
          level: PressureLevel.parse(row.level),
          sinceMs: row.since.getTime(),
          totals: {
            warningCount: row.warningCount,
            criticalCount: row.criticalCount,
            lastWarningAtMs: row.lastWarningAt?.getTime() ?? null,
            lastCriticalAtMs: row.lastCriticalAt?.getTime() ?? null,
          },
        })),
      };
    },
    saveEvents: (events, { nowMs }) =>
      prisma.$transaction(
        async (tx) => {
          await tx.$executeRaw`SELECT pg_advisory_xact_lock(${WRITE_LOCK}::bigint)`;
          let count = 0;
          for (const event of events) if (await saveOne(tx, event, nowMs)) count++;
          return count;
        },
        { timeout: SAVE_LIMIT_MS },
      ),
    readEvents: (query) => readEvents(prisma, query),
    async readEventsAfter(sequence, limit) {
      const rows = await prisma.gpuPressureEvent.findMany({
        where: { sequence: { gt: BigInt(sequence) } },
        orderBy: [{ sequence: "asc" }, { id: "asc" }],
        take: limit,
      });
      return rows.map(eventOf);
    },
    async pruneEvents({ beforeMs, keepNewest }) {
      // Not those that somebody is still to be told of.
      const isSettled = { deliveries: { none: { state: "waiting" } } };
      const old = await prisma.gpuPressureEvent.deleteMany({
        where: { at: { lt: new Date(beforeMs) }, ...isSettled },
      });
      await prisma.gpuPressureState.deleteMany({
        where: { level: "normal", since: { lt: new Date(beforeMs) } },
      });
      const [last] = await prisma.gpuPressureEvent.findMany({
        orderBy: { id: "desc" },
        skip: keepNewest,
        take: 1,
        select: { id: true },
      });
      if (!last) return old.count;
      const many = await prisma.gpuPressureEvent.deleteMany({
        where: { id: { lte: last.id }, ...isSettled },
      });
      return old.count + many.count;
    },
  };
}
