import type { ContextBudget } from "@/domain/tokens/context-budget";

const grouped = new Intl.NumberFormat("en-US");
const percent = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  useGrouping: false,
});

/** `High context utilization: 83.2 % (2,130 of 2,560 tokens)`. */
export function utilizationWarning(tokens: number, availableTokens: number): string {
  const share = percent.format((100 * tokens) / availableTokens);
  return `High context utilization: ${share} % (${grouped.format(tokens)} of ${grouped.format(availableTokens)} tokens)`;
}

export function utilizationError(tokens: number, budget: ContextBudget): string {
  const [prompt, available, window, output, excess] = [
    tokens,
    budget.availableTokens,
    budget.slotWindow,
    budget.maxOutputTokens,
    tokens - budget.availableTokens,
  ].map((number) => grouped.format(number));
  return `The prompt exceeds the context: it has ${prompt ?? ""} tokens, and ${available ?? ""} are available (a window of ${window ?? ""}, of which ${output ?? ""} are reserved for the answer). Leave out ${excess ?? ""} or more, or truncate it.`;
}
