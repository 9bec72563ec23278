import type { TokenizerFile } from "@/domain/tokens/tokenizer-file";

/** A tokenizer as a row of the audit holds it. */
export function auditedTokenizer(tokenizer: TokenizerFile): object {
  const { id, name, source, sha256, sizeBytes, description, vocabularySize } = tokenizer;
  return { id, name, source, sha256, sizeBytes, description, vocabularySize };
}
