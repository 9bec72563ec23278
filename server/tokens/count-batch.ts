import type { CountBatchAnswer, CountBatchRequest } from "@/domain/tokens/count-request";
import { countWith } from "./count-with";
import type { TokensContext } from "./tokens-context";

/** Each text by itself, in order. */
export function countBatch(
  ctx: TokensContext,
  input: CountBatchRequest,
  signal: AbortSignal,
): Promise<CountBatchAnswer> {
  return countWith({ ctx, wanted: input, signal }, async (counting) => {
    const tokens = await counting.count(input.texts.map((text) => text ?? ""));
    const totalTokens = tokens.reduce((sum, one) => sum + one, 0);
    return { tokens, totalTokens, method: counting.method() };
  });
}
