import type { BudgetAnswer, BudgetQuery } from "@/domain/tokens/count-request";
import type { TokensContext } from "./tokens-context";
import { windowOf } from "./window-of";

/** What a prompt may use. `contextWindow` is that of one slot, so that window − output is what is available. */
export async function readBudget(ctx: TokensContext, input: BudgetQuery): Promise<BudgetAnswer> {
  const { profile } = await ctx.models.effective(input);
  const budget = windowOf(profile, input.maxOutputTokens);
  return {
    contextWindow: budget.slotWindow,
    maxOutputTokens: budget.maxOutputTokens,
    availableForPrompt: budget.availableTokens,
    warningThreshold: budget.warningTokens,
    profile,
  };
}
