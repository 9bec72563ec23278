import { randomUUID } from "node:crypto";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit } from "@/server/audit";
import { auditedWebhook } from "./audited-webhook";
import type { WebhookStore } from "./webhook-store";

const audited = { id: true, name: true, url: true, enabled: true } as const;

/** The target, which nobody else changes until the transaction ends. */
async function lock(transaction: Prisma.TransactionClient, id: string) {
  await transaction.$queryRaw`SELECT 1 FROM "gpu_pressure_webhooks" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return transaction.gpuPressureWebhook.findUnique({
    where: { id },
    select: { ...audited, secret: true },
  });
}

/** What a person does to targets: each change and its row of the audit are one transaction, the row last. */
export function createWebhookChanges(
  prisma: PrismaClient,
): Pick<WebhookStore, "create" | "update" | "delete" | "takeForTest"> {
  /** Runs `work` on a target that is there; null when it is not, and then nothing is written. */
  const change = <Result>(
    id: string,
    work: (
      transaction: Prisma.TransactionClient,
      before: NonNullable<Awaited<ReturnType<typeof lock>>>,
    ) => Promise<Result>,
  ): Promise<Result | null> =>
    prisma.$transaction(async (transaction) => {
      const before = await lock(transaction, id);
      return before && work(transaction, before);
    });
  const draft = (action: string, name: string) => ({ action: `webhook.${action}`, target: name });

  return {
    create: ({ name, url, secret, atMs }, origin) =>
      prisma.$transaction(async (transaction) => {
        const at = new Date(atMs);
        const created = await transaction.gpuPressureWebhook.create({
          data: { id: randomUUID(), name, url, secret, createdAt: at, secretAt: at },
          select: audited,
        });
        const after = auditedWebhook(created);
        await appendAudit(transaction, origin, { ...draft("create", name), before: null, after });
        return created.id;
      }),
    async update(id, { secretAtMs, ...given }, origin) {
      const done = await change(id, async (transaction, before) => {
        const after = await transaction.gpuPressureWebhook.update({
          where: { id },
          data: { ...given, ...(secretAtMs !== undefined && { secretAt: new Date(secretAtMs) }) },
          select: audited,
        });
        await appendAudit(transaction, origin, {
          ...draft("update", after.name),
          before: auditedWebhook(before),
          after: {
            ...auditedWebhook(after),
            isMoved: after.url !== before.url,
            hasNewSecret: given.secret !== undefined,
          },
        });
        return true;
      });
      return done !== null;
    },
    async delete(id, origin) {
      const done = await change(id, async (transaction, before) => {
        await transaction.gpuPressureWebhook.delete({ where: { id } });
        await appendAudit(transaction, origin, {
          ...draft("delete", before.name),
          before: auditedWebhook(before),
          after: null,
        });
        return true;
      });
      return done !== null;
    },
    takeForTest: (id, origin) =>
      change(id, async (transaction, { secret, ...target }) => {
        const known = auditedWebhook(target);
        const row = { ...draft("test", target.name), before: known, after: known };
        await appendAudit(transaction, origin, row);
        return { url: target.url, secret };
      }),
  };
}
