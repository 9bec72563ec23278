import type { TokenBudget } from "./token-budget";

interface BurnPoint {
  atMs: number;
  tokens: number;
}

/** How a budget is used over its day: what was, and where it goes. */
export interface BudgetBurn {
  /** From midnight with nothing to now; a point at the end of each hour. */
  points: BurnPoint[];
  /** From now to when it is full; null: it lasts the day, or is full. */
  forecast: [now: BurnPoint, full: BurnPoint] | null;
}

/** Running sums as a line: an hour's tokens stand at its end, those of the running hour at now. */
export function budgetBurn(
  { hours, usedTokens, dailyTokens, fullAtMs }: TokenBudget,
  { dayStartMs, nowMs }: { dayStartMs: number; nowMs: number },
): BudgetBurn {
  const ended = hours.flatMap(({ usedTokens: tokens }, place) => {
    const next = hours[place + 1];
    return next ? [{ atMs: next.atMs, tokens }] : [];
  });
  const now = { atMs: Math.max(nowMs, ended.at(-1)?.atMs ?? dayStartMs), tokens: usedTokens };
  return {
    points: [{ atMs: dayStartMs, tokens: 0 }, ...ended, now],
    forecast: fullAtMs === null ? null : [now, { atMs: fullAtMs, tokens: dailyTokens }],
  };
}

export type BudgetTone = "calm" | "warn" | "full";

/** By the marks of 80 and 100 %, which are compared unrounded. */
export function budgetToneOf({
  usedTokens,
  dailyTokens,
}: Pick<TokenBudget, "usedTokens" | "dailyTokens">): BudgetTone {
  if (usedTokens >= dailyTokens) return "full";
  return usedTokens * 100 >= dailyTokens * 80 ? "warn" : "calm";
}

/** The one that is fullest by share, which is looked at first. */
export function fullestBudget<Budget extends Pick<TokenBudget, "usedTokens" | "dailyTokens">>(
  budgets: readonly Budget[],
): Budget | null {
  const share = ({ usedTokens, dailyTokens }: Budget) => usedTokens / dailyTokens;
  return budgets.toSorted((a, b) => share(b) - share(a))[0] ?? null;
}
