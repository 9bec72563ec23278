import type { DeletedTokenBudget, TokenBudgetId } from "@/domain/tokens/token-budget";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./from-database";
import type { UsageContext } from "./usage-context";

/** Deletes a budget with its marks; what was used stays counted. False when it was gone already. */
export async function deleteBudget(
  { budgets }: UsageContext,
  { id }: TokenBudgetId,
  origin: AuditOrigin,
): Promise<DeletedTokenBudget> {
  return { deleted: await fromDatabase(() => budgets.delete(id, origin)) };
}
