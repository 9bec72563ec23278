import { budgetDayOf } from "@/domain/tokens/budget-day";
import type { SavedTokenBudget, TokenBudgets } from "@/domain/tokens/token-budget";
import { noSuchBudget } from "./budget-store";
import { fromDatabase } from "./from-database";
import type { UsageContext } from "./usage-context";

/** All budgets and how far today is. */
export async function listBudgets({
  budgets,
  timeZone,
  nowMs,
}: UsageContext): Promise<TokenBudgets> {
  const atMs = nowMs();
  const today = budgetDayOf(atMs, timeZone);
  return {
    budgets: await fromDatabase(() => budgets.list({ ...today, nowMs: atMs })),
    timeZone,
    dayStartMs: today.startMs,
    dayEndMs: today.endMs,
  };
}

/** A budget after a change, with the marks that today has reached already. Throws NOT_FOUND when it is gone by now. */
export async function readSaved(usage: UsageContext, id: string): Promise<SavedTokenBudget> {
  await fromDatabase(() => usage.checkMarks());
  const { budgets } = await listBudgets(usage);
  const budget = budgets.find((one) => one.id === id);
  if (!budget) throw noSuchBudget();
  return { budget };
}
