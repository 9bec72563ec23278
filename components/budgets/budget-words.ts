import { formatClock } from "@/domain/time/format-time";
import type { TokenBudget, TokenBudgets } from "@/domain/tokens/token-budget";

/** Of which day the figures are. */
export type BudgetDayShown = Omit<TokenBudgets, "budgets"> & { nowMs: number };

/** Whose tokens count: `service api, key ci`, `everything`. */
export function scopeText({ service, keyId, keyName }: TokenBudget): string {
  const parts = [
    service !== null && `service ${service}`,
    keyId !== null && `key ${keyName ?? "that is gone"}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "everything" : parts.join(", ");
}

export const countsTexts: Readonly<Record<TokenBudget["counts"], string>> = {
  total: "prompts and answers",
  prompt: "prompts",
  completion: "answers",
};

/** `full at 16:50`, `full since 16:48`, `lasts the day`. */
export function outlookText(budget: TokenBudget, { timeZone }: { timeZone: string }): string {
  const { usedTokens, dailyTokens, fullAtMs, marks } = budget;
  if (usedTokens >= dailyTokens) {
    const sinceMs = marks.find(({ mark }) => mark === 100)?.reachedAtMs ?? null;
    return sinceMs === null ? "full" : `full since ${formatClock(sinceMs, { timeZone })}`;
  }
  return fullAtMs === null ? "lasts the day" : `full at ${formatClock(fullAtMs, { timeZone })}`;
}
