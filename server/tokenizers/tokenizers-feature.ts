import { AppError } from "@/server/errors";
import type { Tokenizers, TokenWorkers } from "@/server/tokens";
import type { TokenizerStore } from "./tokenizer-store";
import { TokenizerVocabularies } from "./tokenizer-vocabularies";
import type { TokenizersContext } from "./tokenizers-context";

export interface TokenizersFeature {
  context: TokenizersContext;
  /** For who counts. */
  vocabularies: Tokenizers;
}

/** Tokenizers of models: files on this machine and uploads. */
export function createTokenizersFeature(options: {
  store: TokenizerStore;
  workers: Pick<TokenWorkers, "describeTokenizer">;
  nowMs: () => number;
}): TokenizersFeature {
  const { store, workers, nowMs } = options;
  let isBusy = false;
  const alone: TokenizersContext["alone"] = async (work) => {
    if (isBusy)
      throw new AppError(
        "TOO_MANY",
        "Another tokenizer is being taken in. Try again in a minute.",
        {
          retryAfterSeconds: 20,
        },
      );
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
  return {
    context: { store, workers, alone, nowMs },
    vocabularies: new TokenizerVocabularies(store, workers),
  };
}
