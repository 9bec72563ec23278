import { RankTree } from "./byte-pair-rank-tree";
import { type BytePairVocabulary, extendHash, isWideLead, NO_TOKEN } from "./byte-pair-vocabulary";
import type { Utf8Window } from "./split-window";
import { EncodingStopped, type StopCheck } from "./token-encoder";

const MERGES_BETWEEN_CHECKS = 8_192;
/** Arrays for pieces up to this are kept for the next one. */
const KEPT_BYTES = 16_384;

/**
 * Merges the bytes of a piece into tokens as tiktoken does: again and again the pair of neighbours that makes the token of the lowest rank,
 * the first such pair where there are several. The parts are a linked list, and a tree over their pairs knows the lowest rank: O(n log n)
 * for a piece of n bytes, whatever they are. Memory: 18 to 26 bytes a byte of the piece.
 */
export class PieceMerge {
  /** The tokens of the last piece. */
  ids = new Int32Array(0);
  readonly #vocabulary: BytePairVocabulary;
  readonly #window: Utf8Window;
  /** The rank of the token that each part would make with the one after it. A part is known by the place of its first byte. */
  readonly #pairs = new RankTree();
  /** How long each part is, and the one before it (0: none): no token is longer than 255 bytes. */
  #lengths = new Uint8Array(0);
  #lengthsBefore = new Uint8Array(0);
  /** Hashes of the piece up to each of its bytes. */
  #hashes = new Int32Array(0);
  #piece = 0;
  #length = 0;
  #merges = 0;

  constructor(vocabulary: BytePairVocabulary, window: Utf8Window) {
    this.#vocabulary = vocabulary;
    this.#window = window;
  }

  /** Merges and places of the tree so far, ever. */
  get steps(): number {
    return this.#merges + this.#pairs.steps;
  }

  /** Answers how many tokens there are in `ids`. Throws EncodingStopped. */
  merge(start: number, end: number, stop?: StopCheck): number {
    this.#piece = start;
    this.#length = end - start;
    this.#allocate();
    try {
      this.#begin();
      this.#mergeAll(stop);
      return this.#collect();
    } finally {
      if (this.#length > KEPT_BYTES) this.#release();
    }
  }

  #allocate(): void {
    if (this.#lengths.length >= this.#length) return;
    const room = Math.max(this.#length, Math.min(2 * this.#length, KEPT_BYTES));
    this.ids = new Int32Array(room);
    this.#lengths = new Uint8Array(room);
    this.#lengthsBefore = new Uint8Array(room);
    this.#hashes = new Int32Array(room + 1);
  }

  /** `ids` stays until the next piece: the caller reads it. */
  #release(): void {
    this.#lengths = this.#lengthsBefore = new Uint8Array(0);
    this.#hashes = new Int32Array(0);
    this.#pairs.release();
  }

  /** A part a byte. */
  #begin(): void {
    const { bytes } = this.#window;
    const { byteIds, twoByteIds } = this.#vocabulary;
    const [ids, hashes, pairs] = [this.ids, this.#hashes, this.#pairs];
    const [piece, length] = [this.#piece, this.#length];
    this.#lengths.fill(1, 0, length);
    this.#lengthsBefore.fill(1, 0, length);
    this.#lengthsBefore[0] = 0;
    pairs.reset(length);
    let hash = 0;
    let byte = 0;
    for (let at = 0; at < length; at += 1) {
      if (at > 0) pairs.put(at - 1, twoByteIds[(byte << 8) | (bytes[piece + at] ?? 0)] ?? NO_TOKEN);
      byte = bytes[piece + at] ?? 0;
      hash = extendHash(hash, byte);
      hashes[at + 1] = hash;
      ids[at] = byteIds[byte] ?? 0;
    }
    pairs.build();
  }

  #mergeAll(stop?: StopCheck): void {
    const [ids, lengths, lengthsBefore, pairs] = [
      this.ids,
      this.#lengths,
      this.#lengthsBefore,
      this.#pairs,
    ];
    const length = this.#length;
    for (let turn = 1; ; turn += 1) {
      const rank = pairs.lowest();
      if (rank === NO_TOKEN) break;
      this.#merges += 1;
      if (turn % MERGES_BETWEEN_CHECKS === 0 && stop?.isStopped() === true)
        throw new EncodingStopped();
      const part = pairs.placeOf(rank);
      const merged = part + (lengths[part] ?? 0);
      const after = merged + (lengths[merged] ?? 0);
      ids[part] = rank;
      lengths[part] = after - part;
      pairs.set(merged, NO_TOKEN);
      pairs.set(part, this.#pairOf(part, after));
      if (after < length) lengthsBefore[after] = after - part;
      const before = part - (lengthsBefore[part] ?? 0);
      if (before < part) pairs.set(before, this.#pairOf(before, part));
    }
  }

  /** The rank of the token that the parts at `part` and `after` make together. */
  #pairOf(part: number, after: number): number {
    if (after >= this.#length) return NO_TOKEN;
    const end = after + (this.#lengths[after] ?? 0);
    const { longest, powers } = this.#vocabulary;
    const length = end - part;
    if (length > longest) return NO_TOKEN;
    const start = this.#piece + part;
    if (length === 3 && isWideLead(this.#window.bytes[start] ?? 0))
      return this.#vocabulary.findCharacter(start);
    const before = Math.imul(this.#hashes[part] ?? 0, powers[length] ?? 0);
    const hash = ((this.#hashes[end] ?? 0) - before) | 0;
    return this.#vocabulary.find(hash, start, start + length);
  }

  /** Moves the tokens of the parts that are left to the front. */
  #collect(): number {
    let count = 0;
    for (let part = 0; part < this.#length; part += this.#lengths[part] ?? 0) {
      this.ids[count] = this.ids[part] ?? 0;
      count += 1;
    }
    return count;
  }
}
