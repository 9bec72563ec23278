"use client";
import { PointsTable } from "@/components/charts/points-table";
import { formatClock, formatIso } from "@/domain/time/format-time";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { formatFull } from "@/domain/units/format-number";
import { formatShare } from "@/domain/units/format-tokens";

interface BurnTableProps {
  budget: TokenBudget;
  timeZone: string;
  heightPx: number;
}

/** The chart of a budget in figures, the running hour first. */
export function BurnTable({ budget, timeZone, heightPx }: BurnTableProps) {
  const rows = budget.hours.map((hour, place) => ({
    ...hour,
    tokens: hour.usedTokens - (budget.hours[place - 1]?.usedTokens ?? 0),
  }));
  rows.reverse();
  return (
    <PointsTable
      caption={`Tokens of ${budget.name} by hour, newest first`}
      columns={[
        { key: "time", head: "Hour from" },
        { key: "tokens", head: "Tokens", isNumber: true },
        { key: "used", head: "Of the day", isNumber: true },
        { key: "share", head: "Of the limit", isNumber: true },
      ]}
      rowCount={rows.length}
      heightPx={heightPx}
      keyOf={(row) => String(rows[row]?.atMs)}
      cellsOf={(row) => {
        const known = rows[row];
        if (known === undefined) return [];
        return [
          <time key="time" dateTime={formatIso(known.atMs)} title={formatIso(known.atMs)}>
            {formatClock(known.atMs, { timeZone })}
          </time>,
          formatFull(known.tokens),
          formatFull(known.usedTokens),
          formatShare(known.usedTokens / budget.dailyTokens),
        ];
      }}
    />
  );
}
