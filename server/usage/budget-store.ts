import { randomUUID } from "node:crypto";
import { hoursOfDay, fullAtMsOf } from "@/domain/tokens/budget-forecast";
import type { BudgetDay } from "@/domain/tokens/budget-day";
import {
  budgetMarks,
  MAX_TOKEN_BUDGETS,
  type NewTokenBudget,
  type TokenBudget,
  type TokenBudgetChange,
} from "@/domain/tokens/token-budget";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { readUse, removeUnreachedMarks } from "./budget-use-store";

/** The day for which budgets are read, and how far it is. */
export interface BudgetNow extends BudgetDay {
  nowMs: number;
}

/** Token budgets. Each change leaves one row in the audit, in the same transaction. Errors are those of the database. */
export interface BudgetStore {
  /** By name. */
  list(now: BudgetNow): Promise<TokenBudget[]>;
  /** Throws INVALID for a name that is taken, too many, or a key that reports nothing. Answers its id. */
  create(budget: NewTokenBudget, origin: AuditOrigin): Promise<string>;
  /** Marks of the day that the budget is below again are forgotten. Throws NOT_FOUND; INVALID for a name that is taken. */
  update(change: TokenBudgetChange, day: string, origin: AuditOrigin): Promise<void>;
  /** False when it was gone already. */
  delete(id: string, origin: AuditOrigin): Promise<boolean>;
}

type Row = Prisma.TokenBudgetGetPayload<object>;

export function createBudgetStore(prisma: PrismaClient): BudgetStore {
  /** One change at a time, in all portals: names and their number are of all budgets together. */
  const changing = <Result>(
    work: (tx: Prisma.TransactionClient) => Promise<Result>,
  ): Promise<Result> =>
    prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('sightline_token_budgets'))`;
      return work(tx);
    });

  return {
    list: (now) => list(prisma, now),
    create: (budget, origin) =>
      changing(async (tx) => {
        await requireRoom(tx);
        await requireFreeName(tx, budget.name, null);
        if (budget.keyId !== null) await requireKey(tx, budget.keyId);
        const row = await tx.tokenBudget.create({
          data: {
            ...budget,
            id: randomUUID(),
            dailyTokens: BigInt(budget.dailyTokens),
            createdAt: new Date(origin.atMs),
          },
        });
        await audit(tx, origin, { action: "budget.create", before: null, after: row });
        return row.id;
      }),
    update: ({ id, name, dailyTokens, counts }, day, origin) =>
      changing(async (tx) => {
        const before = await tx.tokenBudget.findUnique({ where: { id } });
        if (!before) throw noSuchBudget();
        if (name !== undefined) await requireFreeName(tx, name, id);
        const after = await tx.tokenBudget.update({
          where: { id },
          data: {
            ...(name !== undefined && { name }),
            ...(dailyTokens !== undefined && { dailyTokens: BigInt(dailyTokens) }),
            ...(counts !== undefined && { counts }),
          },
        });
        await removeUnreachedMarks(tx, id, day);
        await audit(tx, origin, { action: "budget.update", before, after });
      }),
    delete: (id, origin) =>
      changing(async (tx) => {
        const before = await tx.tokenBudget.findUnique({ where: { id } });
        if (!before) return false;
        await tx.tokenBudget.delete({ where: { id } });
        await audit(tx, origin, { action: "budget.delete", before, after: null });
        return true;
      }),
  };
}

export function noSuchBudget(): AppError {
  return new AppError("NOT_FOUND", "There is no such budget. Somebody may have deleted it.");
}

async function list(prisma: PrismaClient, now: BudgetNow): Promise<TokenBudget[]> {
  const rows = await prisma.tokenBudget.findMany({
    orderBy: { name: "asc" },
    include: { marks: { where: { day: new Date(`${now.day}T00:00:00Z`) } } },
  });
  const keyIds = rows.flatMap(({ keyId }) => keyId ?? []);
  const [used, keys] = await Promise.all([
    readUse(prisma, now.day),
    prisma.apiKey.findMany({ where: { id: { in: keyIds } }, select: { id: true, name: true } }),
  ]);
  const keyNames = new Map(keys.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    ...fieldsOf(row),
    keyName: row.keyId === null ? null : (keyNames.get(row.keyId) ?? null),
    marks: budgetMarks.map((mark) => ({
      mark,
      reachedAtMs: row.marks.find((one) => one.mark === mark)?.reachedAt.getTime() ?? null,
    })),
    ...useOf(Number(row.dailyTokens), used.get(row.id) ?? new Map(), now),
  }));
}

function fieldsOf({ id, name, service, keyId, dailyTokens, counts, createdAt }: Row) {
  return {
    id,
    name,
    service,
    keyId,
    dailyTokens: Number(dailyTokens),
    counts: counts as TokenBudget["counts"], // a CHECK of the table keeps it to these
    createdAtMs: createdAt.getTime(),
  };
}

function useOf(dailyTokens: number, used: ReadonlyMap<number, number>, now: BudgetNow) {
  const { startMs: dayStartMs, endMs: dayEndMs, nowMs } = now;
  const hours = hoursOfDay({ dayStartMs, dayEndMs, nowMs }, used);
  const usedTokens = hours.at(-1)?.usedTokens ?? 0;
  const use = { dailyTokens, usedTokens, hours, dayStartMs, dayEndMs, nowMs };
  return { usedTokens, fullAtMs: fullAtMsOf(use), hours };
}

async function requireRoom(tx: Prisma.TransactionClient): Promise<void> {
  if ((await tx.tokenBudget.count()) < MAX_TOKEN_BUDGETS) return;
  throw new AppError(
    "INVALID",
    `There are ${MAX_TOKEN_BUDGETS} budgets already. Delete one that nobody needs.`,
  );
}

async function requireFreeName(
  tx: Prisma.TransactionClient,
  name: string,
  ownId: string | null,
): Promise<void> {
  const taken = await tx.tokenBudget.findUnique({ where: { name }, select: { id: true } });
  if (taken === null || taken.id === ownId) return;
  throw new AppError("INVALID", `There is a budget called ${name} already. Give another name.`);
}

/** Only keys that may send report usage. What one has sent stays when it is revoked. */
async function requireKey(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const key = await tx.apiKey.findUnique({
    where: { id },
    select: { kind: true, revokedAt: true },
  });
  if (key?.kind === "ingest" && key.revokedAt === null) return;
  throw new AppError(
    "INVALID",
    "Usage comes with keys of the kind ingest, and this is none, or it is revoked. Choose another key, or all keys.",
  );
}

function audit(
  tx: Prisma.TransactionClient,
  origin: AuditOrigin,
  { action, before, after }: { action: string; before: Row | null; after: Row | null },
): Promise<void> {
  const recorded = (row: Row | null) => {
    if (row === null) return null;
    const { createdAtMs: _, ...fields } = fieldsOf(row);
    return fields;
  };
  const target = (after ?? before)?.name ?? "";
  return appendAudit(tx, origin, {
    action,
    target,
    before: recorded(before),
    after: recorded(after),
  });
}
