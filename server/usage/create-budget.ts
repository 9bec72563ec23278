import type { NewTokenBudget, SavedTokenBudget } from "@/domain/tokens/token-budget";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./from-database";
import { readSaved } from "./list-budgets";
import type { UsageContext } from "./usage-context";

/** Adds a budget. What the day has used before counts. Throws INVALID with what is wrong. */
export async function createBudget(
  usage: UsageContext,
  budget: NewTokenBudget,
  origin: AuditOrigin,
): Promise<SavedTokenBudget> {
  const id = await fromDatabase(() => usage.budgets.create(budget, origin));
  return readSaved(usage, id);
}
