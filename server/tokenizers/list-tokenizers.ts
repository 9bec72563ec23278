import type { TokenizerFiles } from "@/domain/tokens/tokenizer-file";
import { createFromDatabase } from "@/server/database/from-database";
import type { TokenizersContext } from "./tokenizers-context";

/** A read or a write that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer, so tokenizers are neither read nor changed. Try again in a few seconds.",
);

/** All tokenizers, by name. */
export async function listTokenizers({ store }: TokenizersContext): Promise<TokenizerFiles> {
  return { tokenizers: await fromDatabase(() => store.list()) };
}
