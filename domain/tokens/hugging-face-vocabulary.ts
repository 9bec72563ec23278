import { UnsupportedTokenizer } from "./hugging-face-error";

export const MAX_TOKEN_ID = 4_000_000;
const MAX_TOKENS = 2_000_000;

/** Tokens of a model by text and by id. */
export interface Vocabulary {
  idOf: ReadonlyMap<string, number>;
  /** By id; where two tokens have one id, the later one. */
  textOf: readonly (string | undefined)[];
}

/** `{"token": id, …}`. Throws UnsupportedTokenizer for anything else. */
export function readVocabulary(json: unknown): Vocabulary {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new UnsupportedTokenizer("The model has no vocabulary of tokens and their ids.");
  const idOf = new Map<string, number>();
  const textOf: (string | undefined)[] = [];
  for (const [token, id] of Object.entries(json)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > MAX_TOKEN_ID)
      throw new UnsupportedTokenizer(
        `The vocabulary has a token whose id is not a number from 0 to ${MAX_TOKEN_ID}.`,
      );
    if (idOf.size >= MAX_TOKENS)
      throw new UnsupportedTokenizer(`The vocabulary has more than ${MAX_TOKENS} tokens.`);
    idOf.set(token, id);
    textOf[id] = token;
  }
  if (idOf.size === 0) throw new UnsupportedTokenizer("The vocabulary is empty.");
  return { idOf, textOf };
}
