"use client";
import { useSearchParams } from "next/navigation";
import { BudgetsLoading } from "@/components/budgets/budgets-loading";
import { BudgetsPanel } from "@/components/budgets/budgets-panel";
import type { BudgetDayShown } from "@/components/budgets/budget-words";
import { BurnPanel } from "@/components/budgets/burn-panel";
import { useBudgets } from "@/components/budgets/use-budgets";
import { usePageTitle } from "@/components/layout/page-title";
import { changeAddress } from "@/components/layout/url-state";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { TokenTabs } from "@/components/tokens/token-tabs";
import { useOrigin } from "@/components/tokens/use-origin";
import { describeError } from "@/components/trpc/describe-error";
import { Panel } from "@/components/ui/panel";
import { ErrorState } from "@/components/ui/states";
import { fullestBudget } from "@/domain/tokens/budget-burn";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { parseBudgetsSearch, sortChange } from "./search-params";

const crumbs = [{ label: "Tokens", href: "/tokens" }];

/** Tokens that services and keys may use today, and how far they are. */
export function BudgetsClient() {
  usePageTitle({ title: "Budgets", crumbs });
  const { data, error, refetch, nowMs } = useBudgets();
  return (
    <>
      <TokenTabs />
      {data ? (
        <Budgets budgets={data.budgets} day={{ ...data, nowMs }} />
      ) : error === null ? (
        <BudgetsLoading />
      ) : (
        <Panel label="Budgets" className="flex-none">
          <ErrorState
            title="Budgets were not read"
            {...describeError(error)}
            onRetry={() => void refetch()}
          />
        </Panel>
      )}
    </>
  );
}

function Budgets({ budgets, day }: { budgets: readonly TokenBudget[]; day: BudgetDayShown }) {
  const search = parseBudgetsSearch(useSearchParams());
  const isAdmin = useWhoAmI().data?.role === "admin";
  const origin = useOrigin();
  const chosen = budgets.find(({ id }) => id === search.budget) ?? fullestBudget(budgets);
  return (
    <>
      {chosen && <BurnPanel budget={chosen} day={day} view={search.view} />}
      <BudgetsPanel
        budgets={budgets}
        day={day}
        isAdmin={isAdmin}
        origin={origin}
        chosenId={chosen?.id ?? null}
        onChoose={({ id }) => {
          changeAddress({ budget: id }, "replace");
        }}
        sort={search.sort}
        onSort={(sort) => {
          changeAddress(sortChange(sort), "replace");
        }}
      />
    </>
  );
}
