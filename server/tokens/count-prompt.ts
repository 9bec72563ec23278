import type { CountAnswer, CountRequest } from "@/domain/tokens/count-request";
import { countWith } from "./count-with";
import { measurePrompt } from "./measure-prompt";
import type { TokensContext } from "./tokens-context";

export function countPrompt(
  ctx: TokensContext,
  input: CountRequest,
  signal: AbortSignal,
): Promise<CountAnswer> {
  return countWith({ ctx, wanted: input, signal }, async (counting) => ({
    ...(await measurePrompt(input, counting)),
    method: counting.method(),
  }));
}
