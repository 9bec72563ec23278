import { budgetDayOf } from "@/domain/tokens/budget-day";
import type { SavedTokenBudget, TokenBudgetChange } from "@/domain/tokens/token-budget";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./from-database";
import { readSaved } from "./list-budgets";
import type { UsageContext } from "./usage-context";

/** Changes name, limit or what is counted. Marks of today that it is below again may be reached again. Throws NOT_FOUND, INVALID. */
export async function updateBudget(
  usage: UsageContext,
  change: TokenBudgetChange,
  origin: AuditOrigin,
): Promise<SavedTokenBudget> {
  const { day } = budgetDayOf(usage.nowMs(), usage.timeZone);
  await fromDatabase(() => usage.budgets.update(change, day, origin));
  return readSaved(usage, change.id);
}
