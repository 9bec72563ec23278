import type { NewTokenBudget, TokenBudget } from "@/domain/tokens/token-budget";

/** What stands in the fields. */
export interface BudgetDraft {
  name: string;
  /** Empty: all services. */
  service: string;
  /** Empty: all keys. */
  keyId: string;
  /** As typed: `320000000`, `320 M`, `1.5k`. */
  dailyTokens: string;
  counts: TokenBudget["counts"];
}

export type BudgetProblems = Partial<Record<"name" | "dailyTokens", string>>;

export const newBudgetDraft: BudgetDraft = {
  name: "",
  service: "",
  keyId: "",
  dailyTokens: "",
  counts: "total",
};

export function draftOfBudget(budget: TokenBudget): BudgetDraft {
  return {
    name: budget.name,
    service: budget.service ?? "",
    keyId: budget.keyId ?? "",
    dailyTokens: String(budget.dailyTokens),
    counts: budget.counts,
  };
}

const units: Partial<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 };
const MAX_TOKENS = 1_000_000_000_000_000;

/** Tokens as a person types them, with `k`, `M` or `G`; null: no such number, or no whole one from 1 on. */
export function readTokens(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)$/.exec(text.toLowerCase().replaceAll(/[\s,_]/g, ""));
  if (!match) return null;
  const tokens =
    Math.round(Number(match[1]) * (units[match[2] ?? ""] ?? Number.NaN) * 1_000) / 1_000;
  return Number.isInteger(tokens) && tokens >= 1 && tokens <= MAX_TOKENS ? tokens : null;
}

/** The fields as they are sent, or what is wrong at each. */
export function fieldsOfDraft(draft: BudgetDraft): NewTokenBudget | { problems: BudgetProblems } {
  const name = draft.name.trim();
  const dailyTokens = readTokens(draft.dailyTokens);
  if (name === "" || dailyTokens === null)
    return {
      problems: {
        ...(name === "" && { name: "Give it a name" }),
        ...(dailyTokens === null && {
          dailyTokens: "Give a whole number of tokens, as 320000000 or 320 M",
        }),
      },
    };
  const service = draft.service.trim();
  return {
    name,
    service: service === "" ? null : service,
    keyId: draft.keyId === "" ? null : draft.keyId,
    dailyTokens,
    counts: draft.counts,
  };
}
