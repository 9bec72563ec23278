import { cn } from "@/components/ui/class-names";
import { type BudgetTone, budgetToneOf } from "@/domain/tokens/budget-burn";
import type { TokenBudget } from "@/domain/tokens/token-budget";

const fills: Record<BudgetTone, string> = {
  calm: "bg-series-1",
  warn: "bg-warn-fill",
  full: "bg-crit-fill",
};

/** How much of a budget is used, with a tick at 80 %. The figures stand beside it. */
export function BudgetBar({ budget, className }: { budget: TokenBudget; className?: string }) {
  const percent = Math.min(100, (budget.usedTokens / budget.dailyTokens) * 100);
  return (
    <span
      aria-hidden="true"
      className={cn("relative block h-1.5 rounded-2 bg-surface-3", className)}
    >
      <i
        style={{ width: `${percent}%` }}
        className={cn("absolute inset-y-0 left-0 rounded-2", fills[budgetToneOf(budget)])}
      />
      <i className="absolute -inset-y-0.5 left-[80%] w-px bg-fg-3" />
    </span>
  );
}
