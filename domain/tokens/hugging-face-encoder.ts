import { GrowingNumbers } from "./byte-pair-numbers";
import type { AddedToken, AddedTokenFinder } from "./hugging-face-added-tokens";
import type { BpeModel } from "./hugging-face-bpe";
import { fromByteLevel, toByteLevel } from "./hugging-face-byte-level";
import type { Normalizer } from "./hugging-face-normalizer";
import type { PreTokenizer } from "./hugging-face-pre-tokenizer";
import {
  EncodingStopped,
  type PieceCounts,
  type StopCheck,
  type TokenEncoder,
} from "./token-encoder";

const PIECES_BETWEEN_CHECKS = 256;
const CACHED_PIECES = 50_000;
const CACHED_LENGTH = 64;

interface Parts {
  model: BpeModel;
  normalizer: Normalizer | null;
  preTokenizer: PreTokenizer;
  added: readonly AddedToken[];
  /** Of the text as it comes, and of the normalized one. */
  tokens: AddedTokenFinder;
  normalizedTokens: AddedTokenFinder;
}

/** Where the tokens go, and where each piece ends; only what is asked for is written. */
interface Output {
  ids?: GrowingNumbers;
  ends?: GrowingNumbers;
  tokens?: GrowingNumbers;
}

/**
 * Encodes as Hugging Face's tokenizers with `add_special_tokens=False`: added tokens are found, what is between is normalized, split into
 * pieces, and each piece is encoded by the model. Not for use by several callers at once.
 */
export class HuggingFaceEncoder implements TokenEncoder {
  readonly vocabularySize: number;
  readonly isByteLevel: boolean;
  readonly countPieces?: (text: string, stop?: StopCheck) => PieceCounts;
  readonly #parts: Parts;
  readonly #cache = new Map<string, readonly number[]>();
  readonly #addedById: ReadonlyMap<number, string>;
  #count = 0;
  #pieces = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { model, normalizer, preTokenizer, added, tokens, normalizedTokens } = parts;
    this.isByteLevel = preTokenizer.writesBytes || (normalizer?.writesBytes ?? false);
    this.#addedById = new Map(added.map(({ id, content }) => [id, content]));
    const { idOf } = model.vocabulary;
    this.vocabularySize = idOf.size + added.filter(({ content }) => !idOf.has(content)).length;
    const cutsFreely = normalizer === null && preTokenizer.cutsFreely;
    if (cutsFreely && tokens.isPlain && normalizedTokens.isPlain)
      this.countPieces = (text, stop) => this.#countPieces(text, stop);
  }

  /** The work of all merges so far. Tests measure growth by it. */
  get steps(): number {
    return this.#parts.model.steps;
  }

  count(text: string, stop?: StopCheck): number {
    return this.#run(text, {}, stop);
  }

  encode(text: string, stop?: StopCheck): Uint32Array {
    const ids = new GrowingNumbers((text.length >> 2) + 16);
    this.#run(text, { ids }, stop);
    return ids.toArray();
  }

  bytesOf(id: number): Uint8Array {
    const added = this.#addedById.get(id);
    if (added !== undefined) return utf8.encode(added);
    const token = this.#parts.model.vocabulary.textOf[id];
    if (token === undefined) throw new RangeError("No token has this id.");
    if (this.isByteLevel) return fromByteLevel(token);
    const byte = this.#parts.model.hasByteFallback ? /^<0x([0-9A-F]{2})>$/.exec(token)?.[1] : null;
    if (typeof byte === "string") return Uint8Array.of(parseInt(byte, 16));
    return utf8.encode(token.replaceAll("▁", " "));
  }

  #countPieces(text: string, stop?: StopCheck): PieceCounts {
    const expected = (text.length >> 2) + 16;
    const [ends, tokens] = [new GrowingNumbers(expected), new GrowingNumbers(expected)];
    this.#run(text, { ends, tokens }, stop);
    return { ends: ends.toArray(), tokens: tokens.toArray() };
  }

  #run(text: string, output: Output, stop?: StopCheck): number {
    const { normalizer, tokens, normalizedTokens } = this.#parts;
    const given = text.toWellFormed();
    this.#count = 0;
    tokens.split(given, (start, end, token) => {
      if (token !== null) {
        this.#take(output, [token.id], end);
        return;
      }
      const section = normalizer?.run(given.slice(start, end)) ?? given.slice(start, end);
      normalizedTokens.split(section, (from, to, inside) => {
        if (inside !== null) this.#take(output, [inside.id], start + to);
        else this.#runSection(section.slice(from, to), start + from, { output, stop });
      });
    });
    this.#parts.model.shrink();
    return this.#count;
  }

  #runSection(
    text: string,
    offset: number,
    { output, stop }: { output: Output; stop: StopCheck | undefined },
  ): void {
    this.#parts.preTokenizer.split({ text, isFirst: offset === 0 }, (piece, _start, end) => {
      this.#pieces += 1;
      if (this.#pieces % PIECES_BETWEEN_CHECKS === 0 && stop?.isStopped() === true)
        throw new EncodingStopped();
      this.#take(output, this.#encodePiece(piece, stop), offset + end);
    });
  }

  #take({ ids, ends, tokens }: Output, found: ArrayLike<number>, end: number): void {
    this.#count += found.length;
    for (let at = 0; ids !== undefined && at < found.length; at += 1) ids.push(found[at] ?? 0);
    ends?.push(end);
    tokens?.push(this.#count);
  }

  /** The answer holds until the next piece. */
  #encodePiece(piece: string, stop?: StopCheck): ArrayLike<number> {
    const known = this.#cache.get(piece);
    if (known) return known;
    const { model, preTokenizer } = this.#parts;
    const count = model.encode(preTokenizer.endsInBytes ? toByteLevel(piece) : piece, stop);
    const ids = model.ids.subarray(0, count);
    if (piece.length <= CACHED_LENGTH) {
      if (this.#cache.size >= CACHED_PIECES) this.#cache.clear();
      this.#cache.set(piece.split("").join(""), Array.from(ids)); // a slice would keep the whole text
    }
    return ids;
  }
}

const utf8 = new TextEncoder();
