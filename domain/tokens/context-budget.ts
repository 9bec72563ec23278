/** Free of zod: the playground draws the same borders as the server. */
export interface ContextWindow {
  /** Tokens of the server's whole context. */
  contextWindow: number;
  /** Requests that share it: each has an equal part. */
  parallelSlots: number;
  /** Reserved for the answer; 0 is not "unset". */
  maxOutputTokens: number;
  /** Share of the available tokens from which on there is a warning, 0 to 1. */
  warningThreshold: number;
}

export interface ContextBudget {
  /** Of one slot: ⌊window / slots⌋. */
  slotWindow: number;
  maxOutputTokens: number;
  /** slotWindow − maxOutputTokens. */
  availableTokens: number;
  /** In tokens: ⌊available × threshold⌋. */
  warningTokens: number;
}

/** Throws RangeError when nothing is left for a prompt. */
export function contextBudgetOf(window: ContextWindow): ContextBudget {
  const slotWindow = Math.floor(window.contextWindow / window.parallelSlots);
  const availableTokens = slotWindow - window.maxOutputTokens;
  if (!(availableTokens > 0))
    throw new RangeError(
      `The answer's ${window.maxOutputTokens} tokens must be less than the window of a slot, ${slotWindow} tokens.`,
    );
  return {
    slotWindow,
    maxOutputTokens: window.maxOutputTokens,
    availableTokens,
    warningTokens: Math.floor(availableTokens * window.warningThreshold),
  };
}

export type ContextOutcome = "ok" | "warning" | "over";

/**
 * How a prompt stands: `over` beyond the available tokens, `warning` from the threshold on (both borders compared unrounded), else `ok`.
 * Utilisation is tokens / available and may pass 1.
 */
export function judgeContext(
  tokens: number,
  { availableTokens }: Pick<ContextBudget, "availableTokens">,
  warningThreshold: number,
): { utilization: number; outcome: ContextOutcome } {
  const utilization = tokens / availableTokens;
  if (tokens > availableTokens) return { utilization, outcome: "over" };
  return { utilization, outcome: utilization >= warningThreshold ? "warning" : "ok" };
}
