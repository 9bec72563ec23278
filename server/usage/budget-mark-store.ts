import { BudgetMark, type BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { PrismaClient } from "@/prisma/generated/client";
import { insertReachedMarks } from "./budget-use-store";

/** Marks of budgets, and the days behind them. Errors are those of the database. */
export interface BudgetMarkStore {
  /**
   * Stores the marks of a day that its tokens have reached. Each mark of a day is answered once, to one of the portals. It reads what is
   * committed, so it is called after each commit: then the last of several reports that came at once sees them all.
   */
  reach(at: { day: string; endMs: number; nowMs: number }): Promise<BudgetMarkReached[]>;
  /** Drops days, and marks of days, from before this one. */
  prune(beforeDay: string): Promise<void>;
}

export function createBudgetMarkStore(prisma: PrismaClient): BudgetMarkStore {
  return {
    async reach(at) {
      const rows = await insertReachedMarks(prisma, at);
      return rows.map((row) => ({
        budgetId: row.budgetId,
        name: row.name,
        mark: BudgetMark.parse(row.mark),
        usedTokens: Number(row.usedTokens),
        dailyTokens: Number(row.dailyTokens),
        atMs: at.nowMs,
      }));
    },
    async prune(beforeDay) {
      const before = { day: { lt: new Date(`${beforeDay}T00:00:00Z`) } };
      await prisma.tokenBudgetMark.deleteMany({ where: before });
      await prisma.tokenDay.deleteMany({ where: before });
    },
  };
}
