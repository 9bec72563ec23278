import { CACHED_PIECE_BYTES, PieceCache } from "./byte-pair-cache";
import { PieceMerge } from "./byte-pair-merge";
import { GrowingNumbers } from "./byte-pair-numbers";
import { BytePairVocabulary, extendHash, NO_TOKEN } from "./byte-pair-vocabulary";
import type { Encoding } from "./encodings";
import { readRanks } from "./ranks-file";
import { createSplitter, LOOK_AHEAD_BYTES, type PieceSplitter } from "./split-pieces";
import { Utf8Window } from "./split-window";
import {
  EncodingStopped,
  type PieceCounts,
  type StopCheck,
  type TokenEncoder,
} from "./token-encoder";

/** So much of a text is worked on at a time: it stays in the processor's cache, and a long text needs no second copy. */
const WINDOW_UNITS = 32_768;
const BYTES_BETWEEN_CHECKS = 16_384;

/** Where the tokens of each piece go; only what is asked for is written. */
interface Output {
  ids?: GrowingNumbers;
  ends?: GrowingNumbers;
  tokens?: GrowingNumbers;
}

/**
 * Encodes exactly as tiktoken's `encode_ordinary`: special tokens are text. The text is split into pieces; a piece that is a token is
 * found at once, any other is merged from its bytes (O(n log n) in its length) and remembered. Not for use by several callers at once:
 * a call ends before the next one begins.
 */
export class BytePairEncoder implements TokenEncoder {
  readonly #window = new Utf8Window();
  readonly #splitter: PieceSplitter;
  readonly #vocabulary: BytePairVocabulary;
  readonly #cache = new PieceCache(this.#window);
  readonly #merge: PieceMerge;
  #steps = 0;
  /** The tokens of the piece that was encoded last: in `#ids` from `#idsAt` on. */
  #ids: Int32Array;
  #idsAt = 0;
  readonly #whole = new Int32Array(1);

  /** `ranks` as `packRanks` writes them. Throws RangeError for others. */
  constructor(encoding: Encoding, ranks: Uint8Array) {
    this.#splitter = createSplitter(encoding, this.#window);
    this.#vocabulary = new BytePairVocabulary(readRanks(ranks), this.#window);
    this.#merge = new PieceMerge(this.#vocabulary, this.#window);
    this.#ids = this.#whole;
  }

  /** The work of all calls so far: characters and bytes looked at, merges. Tests measure growth by it. */
  get steps(): number {
    return this.#steps + this.#merge.steps;
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
    return this.#vocabulary.bytesOf(id);
  }

  countPieces(text: string, stop?: StopCheck): PieceCounts {
    const expected = (text.length >> 2) + 16;
    const [ends, tokens] = [new GrowingNumbers(expected), new GrowingNumbers(expected)];
    this.#run(text, { ends, tokens }, stop);
    return { ends: ends.toArray(), tokens: tokens.toArray() };
  }

  /** Window after window. One that does not hold a whole piece, and what its end depends on, is doubled. */
  #run(text: string, output: Output, stop?: StopCheck): number {
    let tokens = 0;
    let from = 0;
    let units = WINDOW_UNITS;
    while (from < text.length) {
      this.#window.load(text, from, units);
      this.#steps += this.#window.length;
      const done = this.#encodeWindow({ from, tokens }, output, stop);
      from += done.units;
      tokens = done.tokens;
      units = done.units > 0 ? WINDOW_UNITS : 2 * units;
    }
    this.#window.shrink(WINDOW_UNITS);
    return tokens;
  }

  /** Encodes the pieces of the window that are certain. Answers their units, and the tokens of the text so far. */
  #encodeWindow(before: { from: number; tokens: number }, output: Output, stop?: StopCheck) {
    const [window, splitter] = [this.#window, this.#splitter];
    const { ids, ends, tokens: counts } = output;
    const certain = window.isLast ? Infinity : window.length - LOOK_AHEAD_BYTES;
    let { tokens } = before;
    let units = 0;
    let start = 0;
    let checked = 0;
    while (start < window.length) {
      const end = splitter.endOf(start);
      this.#steps += splitter.looked - start;
      if (splitter.looked > certain) break;
      const count = this.#encodePiece(start, end, stop);
      tokens += count;
      ids?.pushAll(this.#ids, this.#idsAt, count);
      if (ends !== undefined) {
        units += window.unitsBetween(start, end);
        ends.push(before.from + units);
        counts?.push(tokens);
      }
      start = end;
      if (start - checked < BYTES_BETWEEN_CHECKS) continue;
      checked = start;
      if (stop?.isStopped() === true) throw new EncodingStopped();
    }
    return { tokens, units: ends === undefined ? window.unitsBetween(0, start) : units };
  }

  /** Answers how many tokens the piece has; they stand in `#ids` from `#idsAt` on. */
  #encodePiece(start: number, end: number, stop?: StopCheck): number {
    const { bytes } = this.#window;
    const length = end - start;
    this.#steps += length;
    if (length > CACHED_PIECE_BYTES && length > this.#vocabulary.longest)
      return this.#mergePiece(start, end, stop);
    let hash = 0;
    for (let at = start; at < end; at += 1) hash = extendHash(hash, bytes[at] ?? 0);
    const whole = this.#vocabulary.find(hash, start, end);
    if (whole !== NO_TOKEN) {
      this.#whole[0] = whole;
      this.#ids = this.#whole;
      this.#idsAt = 0;
      return 1;
    }
    const entry = this.#cache.find(hash, start, end);
    if (entry >= 0) {
      this.#ids = this.#cache.ids;
      this.#idsAt = this.#cache.idsAt(entry);
      return this.#cache.countOf(entry);
    }
    const count = this.#mergePiece(start, end, stop);
    if (length <= CACHED_PIECE_BYTES)
      this.#cache.add(hash, { start, end }, this.#ids.subarray(0, count));
    return count;
  }

  #mergePiece(start: number, end: number, stop?: StopCheck): number {
    const count = this.#merge.merge(start, end, stop);
    this.#ids = this.#merge.ids;
    this.#idsAt = 0;
    return count;
  }
}
