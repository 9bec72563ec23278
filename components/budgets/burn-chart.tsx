import type { CSSProperties } from "react";
import { GridLines, Marks, Thresholds, YAxis } from "@/components/charts/plot-furniture";
import { percentOf } from "@/components/charts/chart-context";
import { niceTicks } from "@/domain/chart/nice-ticks";
import type { YRange } from "@/domain/chart/y-range";
import { formatClock } from "@/domain/time/format-time";
import { budgetBurn } from "@/domain/tokens/budget-burn";
import { type TokenBudget } from "@/domain/tokens/token-budget";
import { formatShare, formatTokens } from "@/domain/units/format-tokens";
import { type BudgetDayShown, outlookText } from "./budget-words";

interface BurnChartProps {
  budget: TokenBudget;
  day: BudgetDayShown;
  heightPx: number;
  /** Small: only the line of 100 % carries its name. */
  isSmall?: boolean;
}

const HEADROOM = 1.08;
const WIDTH = 1_000;
const HEIGHT = 400;
const HOUR_MS = 3_600_000;

/** Tokens of one budget over its day, the marks, and when it will be full at the pace of the last hour. */
export function BurnChart({ budget, day, heightPx, isSmall = false }: BurnChartProps) {
  const { dailyTokens, usedTokens } = budget;
  const y = { min: 0, max: Math.max(dailyTokens, usedTokens) * HEADROOM };
  const span = { fromMs: day.dayStartMs, toMs: day.dayEndMs };
  const ticks = niceTicks(0, Math.max(dailyTokens, usedTokens));
  const outlook = outlookText(budget, day);
  return (
    <div style={{ "--gut": "52px" } as CSSProperties}>
      <div
        role="img"
        aria-label={`Tokens of ${budget.name} today: ${formatTokens(usedTokens)} of ${formatTokens(dailyTokens)}, ${formatShare(usedTokens / dailyTokens)}, ${outlook}`}
        style={{ height: heightPx }}
        className="flex"
      >
        <YAxis ticks={ticks} y={y} format={formatTokens} />
        <div className="relative min-w-0 flex-1">
          <GridLines ticks={ticks} y={y} />
          <Lines budget={budget} day={day} y={y} />
          <Thresholds thresholds={thresholdsOf(budget, isSmall)} y={y} />
          <Marks marks={reachedMarks(budget, day)} span={span} y={y} />
        </div>
      </div>
      <div aria-hidden="true" className="relative mt-1 ml-(--gut) h-4 type-11 text-chart-axis">
        {axisTimes(day).map(({ atMs, label }) => (
          <span
            key={atMs}
            style={{ left: `${percentOf(atMs, span)}%` }}
            className="absolute -translate-x-1/2 last:-translate-x-full"
          >
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The line so far with its area, and dotted where it goes. */
function Lines({ budget, day, y }: { budget: TokenBudget; day: BudgetDayShown; y: YRange }) {
  const { points, forecast } = budgetBurn(budget, day);
  const span = { fromMs: day.dayStartMs, toMs: day.dayEndMs };
  const place = ({ atMs, tokens }: { atMs: number; tokens: number }) =>
    `${((percentOf(atMs, span) / 100) * WIDTH).toFixed(1)} ${((1 - tokens / y.max) * HEIGHT).toFixed(1)}`;
  const line = points.map(place).join("L");
  const [first, last] = [points[0], points.at(-1)].map((point) =>
    place({ atMs: point?.atMs ?? 0, tokens: 0 }),
  );
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="absolute inset-0 size-full overflow-visible fill-none stroke-series-1 [&_path]:[vector-effect:non-scaling-stroke]"
    >
      <path d={`M${first}L${line}L${last}Z`} className="fill-series-1 stroke-none" opacity={0.16} />
      <path d={`M${line}`} strokeWidth={1.5} />
      {forecast && (
        <path d={`M${forecast.map(place).join("L")}`} strokeWidth={1.5} strokeDasharray="2 3" />
      )}
    </svg>
  );
}

function thresholdsOf({ dailyTokens }: TokenBudget, isSmall: boolean) {
  const all = [
    { mark: 50, tone: "neutral" as const },
    { mark: 80, tone: "warn" as const },
    { mark: 100, tone: "crit" as const },
  ];
  return all
    .filter(({ mark }) => !isSmall || mark > 50)
    .map(({ mark, tone }) => ({
      value: (dailyTokens * mark) / 100,
      label: mark === 100 ? `limit ${formatTokens(dailyTokens)}` : `${mark} %`,
      tone,
      side: mark === 100 ? ("left" as const) : ("right" as const),
    }));
}

/** Dots where marks were reached. */
function reachedMarks(budget: TokenBudget, { timeZone }: BudgetDayShown) {
  return budget.marks.flatMap(({ mark, reachedAtMs }) =>
    reachedAtMs === null
      ? []
      : [
          {
            key: String(mark),
            atMs: reachedAtMs,
            value: (budget.dailyTokens * mark) / 100,
            label: `${mark} % at ${formatClock(reachedAtMs, { timeZone })}`,
            tone: mark === 100 ? ("crit" as const) : ("warn" as const),
          },
        ],
  );
}

/** Every six hours from midnight, and the end of the day, which is no clock time of the same day. */
function axisTimes({ dayStartMs, dayEndMs, timeZone }: BudgetDayShown) {
  const inner = [0, 6, 12, 18].map((hours) => dayStartMs + hours * HOUR_MS);
  return [
    ...inner.map((atMs) => ({ atMs, label: formatClock(atMs, { timeZone }) })),
    { atMs: dayEndMs, label: "24:00" },
  ];
}
