"use client";
import { downloadCsv } from "@/components/charts/download-csv";
import { PointsActions } from "@/components/charts/points-actions";
import { type PointsView, pointsViewChange } from "@/components/charts/points-view";
import { changeAddress } from "@/components/layout/url-state";
import { Panel } from "@/components/ui/panel";
import { formatIso } from "@/domain/time/format-time";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { type BudgetDayShown, countsTexts, outlookText, scopeText } from "./budget-words";
import { BurnChart } from "./burn-chart";
import { BurnTable } from "./burn-table";

interface BurnPanelProps {
  budget: TokenBudget;
  day: BudgetDayShown;
  view: PointsView;
}

const PLOT_PX = 200;

/** How one budget is used today, hour by hour. */
export function BurnPanel({ budget, day, view }: BurnPanelProps) {
  return (
    <Panel
      title={budget.name}
      subtitle={`${countsTexts[budget.counts]} of ${scopeText(budget)}; ${outlookText(budget, day)}`}
      className="flex-none"
      actions={
        <PointsActions
          of={`budget ${budget.name}`}
          drawn="Chart"
          view={view}
          onView={(next) => {
            changeAddress(pointsViewChange(next), "replace");
          }}
          onCsv={() => {
            downloadCsv(
              `budget-${budget.name}`,
              ["hour", "used_tokens", "daily_tokens"],
              budget.hours.map(({ atMs, usedTokens }) => [
                formatIso(atMs),
                usedTokens,
                budget.dailyTokens,
              ]),
            );
          }}
        />
      }
    >
      {view === "table" ? (
        <BurnTable budget={budget} timeZone={day.timeZone} heightPx={PLOT_PX + 24} />
      ) : (
        <div className="pt-2 pr-4 pb-2.5 pl-1">
          <BurnChart budget={budget} day={day} heightPx={PLOT_PX} />
        </div>
      )}
    </Panel>
  );
}
