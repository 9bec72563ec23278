import { PressureEvent } from "@/domain/pressure/pressure-event";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import type { AuditOrigin } from "@/server/audit";
import { createWebhookChanges } from "./webhook-change-store";

/** The next thing to tell one target. */
export interface Delivery {
  id: string;
  webhookId: string;
  url: string;
  secret: string;
  attempts: number;
  createdAtMs: number;
  nextAttemptAtMs: number;
  event: PressureEvent;
}

export interface DeliveryOutcome {
  atMs: number;
  /** Null: it was taken. Else a sentence. */
  error: string | null;
  /** When to try again; null: never. Only with an error. */
  nextAttemptAtMs: number | null;
}

/** What may change of a target. A new secret comes with its time. */
export interface WebhookChange {
  name?: string;
  url?: string;
  enabled?: boolean;
  secret?: string;
  secretAtMs?: number;
}

/**
 * Targets and their outbox. Only `takeForTest` and `readHeads` give a secret out. What a person does leaves one row in the audit, in the
 * same transaction; what is not there leaves none. Errors are those of the database.
 */
export interface WebhookStore {
  list(): Promise<PressureWebhook[]>;
  read(id: string): Promise<PressureWebhook | null>;
  create(
    webhook: { name: string; url: string; secret: string; atMs: number },
    origin: AuditOrigin,
  ): Promise<string>;
  /** False when there is no such target. */
  update(id: string, change: WebhookChange, origin: AuditOrigin): Promise<boolean>;
  /** False when there is no such target. */
  delete(id: string, origin: AuditOrigin): Promise<boolean>;
  /** For a message outside of the outbox. The row stands before anything is sent. */
  takeForTest(id: string, origin: AuditOrigin): Promise<{ url: string; secret: string } | null>;
  /** Of each target that is on, the oldest delivery that waits. */
  readHeads(): Promise<Delivery[]>;
  recordOutcome(
    delivery: Pick<Delivery, "id" | "webhookId">,
    outcome: DeliveryOutcome,
  ): Promise<void>;
  /** Drops deliveries that ended before that time. */
  pruneDeliveries(beforeMs: number): Promise<number>;
}

// The secret is not among them: no list holds it.
const listed = {
  id: true,
  name: true,
  url: true,
  enabled: true,
  createdAt: true,
  secretAt: true,
  lastSuccessAt: true,
  lastFailureAt: true,
  lastError: true,
} as const;

type ListedRow = Prisma.GpuPressureWebhookGetPayload<{ select: typeof listed }>;

interface Count {
  webhookId: string;
  state: string;
  count: number;
}

function webhookOf(row: ListedRow, counts: readonly Count[]): PressureWebhook {
  const countOf = (state: string) =>
    counts.find((one) => one.webhookId === row.id && one.state === state)?.count ?? 0;
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    enabled: row.enabled,
    createdAtMs: row.createdAt.getTime(),
    secretAtMs: row.secretAt.getTime(),
    status: {
      lastSuccessAtMs: row.lastSuccessAt?.getTime() ?? null,
      lastFailureAtMs: row.lastFailureAt?.getTime() ?? null,
      lastError: row.lastError,
      waitingCount: countOf("waiting"),
      failedCount: countOf("failed"),
    },
  };
}

async function readListed(prisma: PrismaClient, where: Prisma.GpuPressureWebhookWhereInput) {
  const rows = await prisma.gpuPressureWebhook.findMany({
    where,
    select: listed,
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const groups = await prisma.gpuPressureDelivery.groupBy({
    by: ["webhookId", "state"],
    where: { webhookId: { in: rows.map(({ id }) => id) }, state: { in: ["waiting", "failed"] } },
    _count: { _all: true },
  });
  const counts = groups.map(({ webhookId, state, _count }) => ({
    webhookId,
    state,
    count: _count._all,
  }));
  return rows.map((row) => webhookOf(row, counts));
}

async function readHeads(prisma: PrismaClient): Promise<Delivery[]> {
  const heads = await prisma.gpuPressureDelivery.groupBy({
    by: ["webhookId"],
    where: { state: "waiting", webhook: { enabled: true } },
    _min: { id: true },
  });
  const ids = heads.map(({ _min }) => _min.id).filter((id) => id !== null);
  if (ids.length === 0) return [];
  const rows = await prisma.gpuPressureDelivery.findMany({
    where: { id: { in: ids } },
    include: { webhook: { select: { url: true, secret: true } }, event: true },
  });
  return rows.map((row) => ({
    id: row.id.toString(),
    webhookId: row.webhookId,
    ...row.webhook,
    attempts: row.attempts,
    createdAtMs: row.createdAt.getTime(),
    nextAttemptAtMs: row.nextAttemptAt.getTime(),
    event: PressureEvent.parse({
      ...row.event,
      sequence: Number(row.event.sequence),
      atMs: row.event.at.getTime(),
    }),
  }));
}

async function recordOutcome(
  prisma: PrismaClient,
  delivery: Pick<Delivery, "id" | "webhookId">,
  outcome: DeliveryOutcome,
): Promise<void> {
  const at = new Date(outcome.atMs);
  const { error, nextAttemptAtMs } = outcome;
  const isOver = error === null || nextAttemptAtMs === null;
  // updateMany: the target may have been deleted meanwhile, and then there is nothing to record. The target first, in the
  // order in which a deletion takes them, or the two would wait for each other.
  await prisma.$transaction([
    prisma.gpuPressureWebhook.updateMany({
      where: { id: delivery.webhookId },
      data:
        error === null
          ? { lastSuccessAt: at, lastError: null }
          : { lastFailureAt: at, lastError: error },
    }),
    prisma.gpuPressureDelivery.updateMany({
      where: { id: BigInt(delivery.id) },
      data: {
        attempts: { increment: 1 },
        ...(isOver
          ? { state: error === null ? "delivered" : "failed", endedAt: at }
          : { nextAttemptAt: new Date(nextAttemptAtMs) }),
      },
    }),
  ]);
}

export function createWebhookStore(prisma: PrismaClient): WebhookStore {
  return {
    list: () => readListed(prisma, {}),
    read: async (id) => (await readListed(prisma, { id }))[0] ?? null,
    ...createWebhookChanges(prisma),
    readHeads: () => readHeads(prisma),
    recordOutcome: (delivery, outcome) => recordOutcome(prisma, delivery, outcome),
    pruneDeliveries: async (beforeMs) =>
      (
        await prisma.gpuPressureDelivery.deleteMany({
          where: { state: { not: "waiting" }, endedAt: { lt: new Date(beforeMs) } },
        })
      ).count,
  };
}
