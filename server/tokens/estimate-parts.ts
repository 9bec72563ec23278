import type { EstimateAnswer, EstimateRequest } from "@/domain/tokens/count-request";
import { countWith } from "./count-with";
import type { TokensContext } from "./tokens-context";

/** What each part of an object would cost by itself. */
export function estimateParts(
  ctx: TokensContext,
  input: EstimateRequest,
  signal: AbortSignal,
): Promise<EstimateAnswer> {
  const names = Object.keys(input.parts);
  return countWith({ ctx, wanted: input, signal }, async (counting) => {
    const tokens = await counting.count(names.map((name) => input.parts[name] ?? ""));
    return {
      parts: names.map((name, place) => ({ name, tokens: tokens[place] ?? 0 })),
      totalTokens: tokens.reduce((sum, one) => sum + one, 0),
      method: counting.method(),
    };
  });
}
