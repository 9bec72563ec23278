import type { DataColumn } from "@/components/layout/data-table";
import { StateBadge } from "@/components/ui/badge";
import { Reason } from "@/components/ui/reason";
import { formatClock, formatIso } from "@/domain/time/format-time";
import { budgetToneOf } from "@/domain/tokens/budget-burn";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import { formatShare, formatTokens } from "@/domain/units/format-tokens";
import { BudgetBar } from "./budget-bar";
import { countsTexts, outlookText, scopeText } from "./budget-words";

const shareOf = ({ usedTokens, dailyTokens }: TokenBudget) => usedTokens / dailyTokens;

/** Columns of the list; times are of the budgets' zone. */
export function budgetColumns(timeZone: string): readonly DataColumn<TokenBudget>[] {
  const markColumn = (mark: 50 | 80 | 100): DataColumn<TokenBudget> => ({
    key: `mark${mark}`,
    head: `${mark} % at`,
    isNumber: true,
    sortValue: (budget) => reachedAt(budget, mark),
    cell: (budget) => <MarkTime atMs={reachedAt(budget, mark)} mark={mark} timeZone={timeZone} />,
    text: (budget) => {
      const atMs = reachedAt(budget, mark);
      return atMs === null ? NO_VALUE : formatIso(atMs);
    },
  });
  return [
    {
      key: "name",
      head: "Budget",
      sortValue: ({ name }) => name.toLowerCase(),
      cell: ({ name }) => <b className="block max-w-52 truncate font-medium">{name}</b>,
      text: ({ name }) => name,
    },
    {
      key: "scope",
      head: "Counts",
      className: "text-fg-2",
      sortValue: scopeText,
      cell: (budget) => `${countsTexts[budget.counts]} of ${scopeText(budget)}`,
      text: (budget) => `${countsTexts[budget.counts]} of ${scopeText(budget)}`,
    },
    {
      key: "used",
      head: "Used today",
      sortValue: shareOf,
      cell: (budget) => <UsedCell budget={budget} />,
      text: ({ usedTokens, dailyTokens }) => `${usedTokens} of ${dailyTokens}`,
    },
    markColumn(50),
    markColumn(80),
    markColumn(100),
    {
      key: "full",
      head: "Outlook",
      sortValue: ({ fullAtMs }) => fullAtMs,
      cell: (budget) => <Outlook budget={budget} timeZone={timeZone} />,
      text: (budget) => outlookText(budget, { timeZone }),
    },
  ];
}

const reachedAt = ({ marks }: TokenBudget, mark: number) =>
  marks.find((one) => one.mark === mark)?.reachedAtMs ?? null;

function UsedCell({ budget }: { budget: TokenBudget }) {
  const { usedTokens, dailyTokens } = budget;
  return (
    <span className="flex items-center gap-2.5">
      <BudgetBar budget={budget} className="w-24 flex-none" />
      <span className="w-10 text-right">{formatShare(shareOf(budget))}</span>
      <span
        title={`${formatFull(usedTokens)} of ${formatFull(dailyTokens)} tokens`}
        className="text-fg-2"
      >
        {formatTokens(usedTokens)} of {formatTokens(dailyTokens)}
      </span>
    </span>
  );
}

interface MarkTimeProps {
  atMs: number | null;
  mark: number;
  timeZone: string;
}

function MarkTime({ atMs, mark, timeZone }: MarkTimeProps) {
  if (atMs === null)
    return (
      <Reason reason={`${mark} % is not reached today`} className="text-fg-3">
        {NO_VALUE}
      </Reason>
    );
  return (
    <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
      {formatClock(atMs, { timeZone })}
    </time>
  );
}

function Outlook({ budget, timeZone }: { budget: TokenBudget; timeZone: string }) {
  const text = outlookText(budget, { timeZone });
  const tone = budgetToneOf(budget);
  if (tone === "full") return <StateBadge state="crit">{text}</StateBadge>;
  if (tone === "warn" || budget.fullAtMs !== null)
    return <StateBadge state="warn">{text}</StateBadge>;
  return <span className="text-fg-2">{text}</span>;
}
