import type { TokenWorkers } from "@/server/tokens";
import type { TokenizerStore } from "./tokenizer-store";

/** What the verbs of tokenizers need. */
export interface TokenizersContext {
  store: TokenizerStore;
  workers: Pick<TokenWorkers, "describeTokenizer">;
  /** Runs one at a time: a tokenizer that is taken in is in memory as a whole. Throws TOO_MANY while another is. */
  alone: <Value>(work: () => Promise<Value>) => Promise<Value>;
  nowMs: () => number;
}
