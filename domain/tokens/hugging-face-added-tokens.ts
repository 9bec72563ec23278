import * as z from "zod";
import { options } from "./hugging-face-component";
import { UnsupportedTokenizer } from "./hugging-face-error";
import type { Normalizer } from "./hugging-face-normalizer";
import { MAX_TOKEN_ID } from "./hugging-face-vocabulary";

const MAX_LENGTH = 1_000;
const MAX_COUNT = 100_000;

export const AddedToken = z.object({
  id: z.int().min(0).max(MAX_TOKEN_ID),
  content: z.string().max(MAX_LENGTH),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(true),
  special: z.boolean().default(false),
});
export type AddedToken = z.infer<typeof AddedToken>;

/** A token that the model has already keeps the model's id. */
export function readAddedTokens(json: unknown, idOf: ReadonlyMap<string, number>): AddedToken[] {
  const what = "list of added tokens";
  const list = options(z.array(z.unknown()), json ?? [], what);
  if (list.length > MAX_COUNT)
    throw new UnsupportedTokenizer(`There are more than ${MAX_COUNT} added tokens.`);
  return list
    .map((one) => options(AddedToken, one, what))
    .filter(({ content }) => content !== "")
    .map((token) => ({ ...token, id: idOf.get(token.content) ?? token.id }));
}

interface Node {
  next: Map<number, Node> | null;
  token: AddedToken | null;
}

/** Takes the parts of a text in order: a token that stands in it, or (null) what is between. */
export type TakeSection = (start: number, end: number, token: AddedToken | null) => void;

/**
 * Finds added tokens in a text: the leftmost, of these the longest, as `AddedVocabulary` of Hugging Face's tokenizers. A token that is
 * passed over as text still hides others inside of it, as there.
 */
export class AddedTokenFinder {
  readonly #root: Node = { next: null, token: null };
  /** By UTF-16 unit: whether a token begins with it. */
  readonly #begins = new Uint8Array(65_536);
  readonly #isText: (token: AddedToken) => boolean;
  readonly isEmpty: boolean;
  /** Where a token ends depends on nothing before it. */
  readonly isPlain: boolean;

  /** `isText`: the token is left in the text. `normalizer` is applied to what is looked for. */
  constructor(
    tokens: readonly AddedToken[],
    {
      isText,
      normalizer,
    }: { isText: (token: AddedToken) => boolean; normalizer: Normalizer | null },
  ) {
    this.#isText = isText;
    const found = tokens.filter((token) => !isText(token));
    this.isEmpty = found.length === 0;
    this.isPlain = found.every((token) => !token.single_word && !token.lstrip && !token.rstrip);
    for (const token of tokens) this.#add(normalizer?.run(token.content) ?? token.content, token);
  }

  #add(content: string, token: AddedToken): void {
    if (content === "") return;
    this.#begins[content.charCodeAt(0)] = 1;
    let node = this.#root;
    for (let at = 0; at < content.length; at += 1) {
      node.next ??= new Map();
      const unit = content.charCodeAt(at);
      const known: Node = node.next.get(unit) ?? { next: null, token: null };
      node.next.set(unit, known);
      node = known;
    }
    node.token ??= token;
  }

  /** Everything of the text, in order; nothing for an empty one. */
  split(text: string, take: TakeSection): void {
    let done = 0;
    for (let at = 0; !this.isEmpty && at < text.length;) {
      const match = this.#begins[text.charCodeAt(at)] === 1 ? this.#longestAt(text, at) : null;
      if (match === null) {
        at += 1;
        continue;
      }
      const bounds = this.#isText(match.token)
        ? null
        : boundsOf(text, { ...match, start: at, done });
      if (bounds) {
        if (done < bounds.start) take(done, bounds.start, null);
        take(bounds.start, bounds.end, match.token);
        done = bounds.end;
      }
      at = match.end;
    }
    if (done < text.length) take(done, text.length, null);
  }

  #longestAt(text: string, start: number): { token: AddedToken; end: number } | null {
    let longest: { token: AddedToken; end: number } | null = null;
    let node: Node | undefined = this.#root;
    for (let at = start; at < text.length; at += 1) {
      node = node.next?.get(text.charCodeAt(at));
      if (!node) break;
      if (node.token) longest = { token: node.token, end: at + 1 };
    }
    return longest;
  }
}

const isWord = (character: string) => /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(character);
const isSpace = (character: string) => /^\p{White_Space}/u.test(character);

/** Where a match begins and ends with the white space that belongs to it; null where it is no single word but should be. */
function boundsOf(
  text: string,
  match: { token: AddedToken; start: number; end: number; done: number },
): { start: number; end: number } | null {
  const { token, done } = match;
  let { start, end } = match;
  if (token.single_word && (isWord(characterBefore(text, start)) || isWord(characterAt(text, end))))
    return null;
  if (token.lstrip) while (start > done && isSpace(text[start - 1] ?? "")) start -= 1;
  if (token.rstrip) while (end < text.length && isSpace(text[end] ?? "")) end += 1;
  return { start: Math.max(start, Math.min(done, match.start)), end };
}

function characterAt(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  return codePoint === undefined ? "" : String.fromCodePoint(codePoint);
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  return characterAt(text, unit >= 0xdc_00 && unit <= 0xdf_ff ? at - 2 : at - 1);
}
