import type { TokenizerFiles } from "@/domain/tokens/tokenizer-file";
import { AppError, isAppError } from "@/server/errors";
import type { TokenizersContext } from "./tokenizers-context";

/** All tokenizers, by name. */
export async function listTokenizers({ store }: TokenizersContext): Promise<TokenizerFiles> {
  return { tokenizers: await fromDatabase(() => store.list()) };
}

/** Runs a read or a write that somebody waits for; a failure of the database becomes a sentence. */
export async function fromDatabase<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, so tokenizers are neither read nor changed. Try again in a few seconds.",
      { cause },
    );
  }
}
