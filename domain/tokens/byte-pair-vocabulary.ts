import type { Ranks } from "./ranks-file";
import type { Utf8Window } from "./split-window";

/** A pair that is no token; above every rank. */
export const NO_TOKEN = 0x7fffffff;

const HASH_FACTOR = 0x2c1b3c6d;
const SLOT_FACTOR = 0x9e3779b1;
const TWO_BYTES = 0x10000;
const FILTER_SHIFT = 32 - 21;

/** The hash of some bytes and one more after them. */
export function extendHash(hash: number, byte: number): number {
  return (Math.imul(hash, HASH_FACTOR) + byte + 1) | 0;
}

/** Spreads a hash: the high bits depend on all of its bits. `>>> (32 - bits)` of it is a place in a table of 2^bits places. */
export function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), SLOT_FACTOR);
}

/**
 * The tokens of an encoding, found by bytes of the window: an open hash table in one typed array. A token's rank is its id: of two
 * tokens that can be made, the one with the lower id is made first.
 */
export class BytePairVocabulary {
  /** Bytes of the longest token. */
  readonly longest: number;
  /** The ids of single bytes. */
  readonly byteIds = new Int32Array(256);
  /** HASH_FACTOR to the power of an index, for the hash of a part of a piece. */
  readonly powers: Int32Array;
  readonly #window: Utf8Window;
  readonly #ranks: Ranks;
  /** Two numbers a place: the hash, and the id + 1 (0: empty). */
  readonly #table: Int32Array;
  readonly #shift: number;
  /** A bit a place of 2^21, set where a token is: most pairs that are no token are known by it, and it stays in the processor's cache. */
  readonly #filter = new Uint8Array(1 << 18);
  /** Ids of tokens of two bytes by `first << 8 | second`, or NO_TOKEN; every merge begins with those. */
  readonly twoByteIds = new Int32Array(TWO_BYTES).fill(NO_TOKEN);

  /** Ids of tokens that are one character of three bytes (most of CJK), by the low 16 bits of its code point, or NO_TOKEN. */
  readonly #characterIds = new Int32Array(TWO_BYTES).fill(NO_TOKEN);

  /** Throws RangeError when a byte has no token: such a vocabulary cannot encode every text. */
  constructor(ranks: Ranks, window: Utf8Window) {
    this.#ranks = ranks;
    this.#window = window;
    const ids = ranks.starts.length - 1;
    const bits = 32 - Math.clz32(2 * ids - 1); // at most half of the places are taken
    this.#shift = 32 - bits;
    this.#table = new Int32Array(2 << bits);
    this.byteIds.fill(-1);
    let longest = 0;
    for (let id = 0; id < ids; id += 1) longest = Math.max(longest, this.#insert(id));
    this.longest = longest;
    if (this.byteIds.includes(-1)) throw new RangeError("The ranks lack a token for some byte.");
    this.powers = new Int32Array(longest + 1).fill(1);
    for (let power = 1; power <= longest; power += 1)
      this.powers[power] = Math.imul(this.powers[power - 1] ?? 0, HASH_FACTOR);
  }

  /** Answers the token's length in bytes. */
  #insert(id: number): number {
    const { bytes, starts } = this.#ranks;
    const [start, end] = [starts[id] ?? 0, starts[id + 1] ?? 0];
    if (start === end) return 0;
    let hash = 0;
    for (let at = start; at < end; at += 1) hash = extendHash(hash, bytes[at] ?? 0);
    const table = this.#table;
    const mask = table.length - 1;
    const spreadHash = spread(hash);
    const bit = spreadHash >>> FILTER_SHIFT;
    this.#filter[bit >> 3] = (this.#filter[bit >> 3] ?? 0) | (1 << (bit & 7));
    let place = 2 * (spreadHash >>> this.#shift);
    while (table[place + 1] !== 0) place = (place + 2) & mask;
    table[place] = hash;
    table[place + 1] = id + 1;
    this.#insertShort(id, start, end - start);
    return end - start;
  }

  /** Into the tables that need no hash. */
  #insertShort(id: number, start: number, length: number): void {
    const { bytes } = this.#ranks;
    const first = bytes[start] ?? 0;
    if (length === 1) this.byteIds[first] = id;
    if (length === 2) this.twoByteIds[(first << 8) | (bytes[start + 1] ?? 0)] = id;
    if (length === 3 && isWideLead(first) && isCharacter(bytes, start))
      this.#characterIds[wideCodePoint(bytes, start)] = id;
  }

  /** The token of the window's bytes from `start` to `end`, which have this hash, or NO_TOKEN. */
  find(hash: number, start: number, end: number): number {
    const spreadHash = spread(hash);
    const bit = spreadHash >>> FILTER_SHIFT;
    if (((this.#filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return NO_TOKEN;
    const table = this.#table;
    const mask = table.length - 1;
    let place = 2 * (spreadHash >>> this.#shift);
    for (;;) {
      const id = (table[place + 1] ?? 0) - 1;
      if (id < 0) return NO_TOKEN;
      if (table[place] === hash && this.#isAt(id, start, end)) return id;
      place = (place + 2) & mask;
    }
  }

  /** The token of the character of three bytes that begins at `start` in the window, or NO_TOKEN. */
  findCharacter(start: number): number {
    return this.#characterIds[wideCodePoint(this.#window.bytes, start)] ?? NO_TOKEN;
  }

  #isAt(id: number, start: number, end: number): boolean {
    const { bytes: tokens, starts } = this.#ranks;
    const { bytes } = this.#window;
    let own = starts[id] ?? 0;
    if ((starts[id + 1] ?? 0) - own !== end - start) return false;
    for (let at = start; at < end; at += 1) {
      if (bytes[at] !== tokens[own]) return false;
      own += 1;
    }
    return true;
  }

  /** A copy of the token's bytes. Throws RangeError for an id that is not a token. */
  bytesOf(id: number): Uint8Array {
    const { bytes, starts } = this.#ranks;
    const [start, end] = [starts[id] ?? 0, starts[id + 1] ?? 0];
    if (end <= start) throw new RangeError(`${id} is not the id of a token.`);
    return bytes.slice(start, end);
  }
}

/** True for the first byte of a character of three bytes. */
export function isWideLead(byte: number): boolean {
  return (byte & 0xf0) === 0xe0;
}

function isCharacter(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + 1] ?? 0) & 0xc0) === 0x80 && ((bytes[at + 2] ?? 0) & 0xc0) === 0x80;
}

function wideCodePoint(bytes: Uint8Array, at: number): number {
  const [first, second, third] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
  return ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
}
