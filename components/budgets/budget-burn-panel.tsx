"use client";
import { RangeLink } from "@/components/layout/range-link";
import { describeError } from "@/components/trpc/describe-error";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { ErrorState, LoadingState } from "@/components/ui/states";
import { cn } from "@/components/ui/class-names";
import { type BudgetTone, budgetToneOf, fullestBudget } from "@/domain/tokens/budget-burn";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { formatTokens } from "@/domain/units/format-tokens";
import { BudgetBar } from "./budget-bar";
import { type BudgetDayShown, outlookText } from "./budget-words";
import { BurnChart } from "./burn-chart";
import { useBudgets } from "./use-budgets";

const PLOT_PX = 118;
const SHOWN = 4;

/** The fullest budget of today as a chart, and the first few as bars: for a page that shows other things besides. */
export function BudgetBurnPanel() {
  const { data, error, refetch, nowMs } = useBudgets();
  return (
    <Panel
      title="Budgets, today"
      subtitle="in tokens"
      className="flex-none"
      actions={
        <RangeLink
          href="/tokens/budgets"
          className="p-1 type-12 font-medium text-accent hover:underline"
        >
          All
        </RangeLink>
      }
    >
      {data ? (
        <Budgets budgets={data.budgets} day={{ ...data, nowMs }} />
      ) : error === null ? (
        <LoadingState label="budgets" waitingFor="The database sums up the tokens of today">
          <SkeletonPlot className="h-29" />
        </LoadingState>
      ) : (
        <ErrorState
          title="Budgets were not read"
          {...describeError(error)}
          onRetry={() => void refetch()}
        />
      )}
    </Panel>
  );
}

const tones: Record<BudgetTone, string> = {
  calm: "text-fg-2",
  warn: "text-warn",
  full: "text-crit",
};

function Budgets({ budgets, day }: { budgets: readonly TokenBudget[]; day: BudgetDayShown }) {
  const fullest = fullestBudget(budgets);
  if (fullest === null)
    return (
      <p className="px-3 pb-3 type-12 text-pretty text-fg-2">
        No budget yet. One says how many tokens a service or a key may use in a day, and needs no
        price.
      </p>
    );
  return (
    <div className="flex flex-col gap-1.5 pr-3 pb-3">
      <div className="pl-1">
        <BurnChart budget={fullest} day={day} heightPx={PLOT_PX} isSmall />
      </div>
      {budgets.slice(0, SHOWN).map((budget) => (
        <p
          key={budget.id}
          className="grid grid-cols-[72px_minmax(0,1fr)_auto] items-center gap-2.5 pl-3 type-12"
        >
          <span className="truncate">{budget.name}</span>
          <BudgetBar budget={budget} />
          <span title={outlookText(budget, day)} className={cn(tones[budgetToneOf(budget)])}>
            {formatTokens(budget.usedTokens)} of {formatTokens(budget.dailyTokens)}
          </span>
        </p>
      ))}
    </div>
  );
}
