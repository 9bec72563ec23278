import type { CountMethodKind } from "./count-method";
import { medianDeviation, type RatioCounts } from "./ratio-counts";

/** Of a method that counts as the model does: what templates, markers of turns and rounding may take away. */
const EXACT_TOKENS = 32;
const EXACT_SHARE = 0.01;
/** Of an encoding: so many calls before it may accuse a server. */
export const LEAST_MEASURED_CALLS = 10;
const LEAST_SHARE = 0.05;
const DEVIATIONS = 6;
/** Below, the overhead of the chat template is most of the difference: such calls say nothing of the method. */
const LEAST_COUNTED_TOKENS = 128;
/** No vocabulary that is served needs less than half of what an encoding counts: more is a cut, or another request. */
const LARGEST_RATIO = 1;

/** What was counted before a call and what the server reported after it. */
export interface ComparedCall {
  methodKind: CountMethodKind;
  /** Of the prompt as it was sent. */
  countedTokens: number;
  /** 0: the server did not say. */
  reportedTokens: number;
  /** Of the profile. */
  availableTokens: number;
}

export type CallJudgement = "cut" | "measured" | "ignored";

/** (counted − reported) / reported: above 0 the server saw less than was counted. */
export function countingRatio({
  countedTokens,
  reportedTokens,
}: Pick<ComparedCall, "countedTokens" | "reportedTokens">): number {
  return (countedTokens - reportedTokens) / reportedTokens;
}

/** True of a call that is long enough to tell how far its method is off. */
export function tellsDeviation({ countedTokens }: Pick<ComparedCall, "countedTokens">): boolean {
  return countedTokens >= LEAST_COUNTED_TOKENS;
}

/**
 * What a report says of a call: the server cut its prompt, it measures the method, or neither.
 * - `server`, `tokenizer`: exact, and a server adds the template's tokens to them, so it reports the same or more. Cut when more than
 *   32 tokens and 1 % of the counted are missing.
 * - `encoding`: with m the median of `countingRatio` over the calls measured so far (10 at least) and s = 1.4826 × the median of their
 *   distances from m (the normal deviation, which half of the calls could not move by being wrong), cut when the ratio is above
 *   m + max(5 %, 6 s) and more than 32 tokens are missing.
 * - `estimate`: never.
 * A cut call measures nothing; nor does a prompt beyond the window, which a server may cut, or a ratio above 1. So cuts do not widen what
 * they are judged by, and some that slip in before there are ten calls do not move a median.
 */
export function judgeCall(call: ComparedCall, known: RatioCounts | null): CallJudgement {
  if (call.reportedTokens <= 0) return "ignored";
  if (isCut(call, known)) return "cut";
  const fits = call.countedTokens <= call.availableTokens;
  return fits && countingRatio(call) <= LARGEST_RATIO ? "measured" : "ignored";
}

function isCut(call: ComparedCall, known: RatioCounts | null): boolean {
  const missing = call.countedTokens - call.reportedTokens;
  switch (call.methodKind) {
    case "server":
    case "tokenizer":
      return missing > EXACT_TOKENS + EXACT_SHARE * call.countedTokens;
    case "encoding":
      return missing > EXACT_TOKENS && tellsDeviation(call) && isBeyond(call, known);
    case "estimate":
      return false;
  }
}

function isBeyond(call: ComparedCall, known: RatioCounts | null): boolean {
  const spread = known && medianDeviation(known);
  if (!spread || spread.calls < LEAST_MEASURED_CALLS) return false;
  const allowed = spread.median + Math.max(LEAST_SHARE, DEVIATIONS * spread.deviation);
  return countingRatio(call) > allowed;
}
