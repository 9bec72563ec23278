/** What happened to prompts, and what servers reported of them: counted alike in each sum, whatever it is of. */
export interface UsageCounts {
  warnings: number;
  over: number;
  truncated: number;
  silentCuts: number;
  reportedPromptTokens: number;
  reportedCompletionTokens: number;
}

/** Only these of a sum that holds more. */
export function usageCountsOf(sum: UsageCounts): UsageCounts {
  const { warnings, over, truncated, silentCuts, reportedPromptTokens, reportedCompletionTokens } =
    sum;
  return { warnings, over, truncated, silentCuts, reportedPromptTokens, reportedCompletionTokens };
}
