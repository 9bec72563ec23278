import { spread } from "./byte-pair-vocabulary";
import type { Utf8Window } from "./split-window";

/** Longer pieces seldom come again. */
export const CACHED_PIECE_BYTES = 128;

const PLACE_BITS = 17;
const SHIFT = 32 - PLACE_BITS;
const FIELDS = 4;
const MOST_PIECES = 1 << (PLACE_BITS - 1);
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_IDS = 512 * 1024;
/** Bounded, so that pieces made to meet at one place cannot make look-ups slow. */
const MOST_PROBES = 8;

/**
 * The tokens of pieces that were merged before, found by bytes of the window. At most 6 MiB, all in typed arrays: full, it begins
 * anew.
 */
export class PieceCache {
  ids = new Int32Array(0);
  readonly #window: Utf8Window;
  /** FIELDS numbers a place: hash, where its bytes begin, where its ids begin, length | ids << 8 (0: empty). */
  #table = new Int32Array(0);
  #bytes = new Uint8Array(0);
  #pieces = 0;
  #byteCount = 0;
  #idCount = 0;

  constructor(window: Utf8Window) {
    this.#window = window;
  }

  /** The entry of the window's bytes from `start` to `end`, which have this hash, or -1. It holds until the next `add`. */
  find(hash: number, start: number, end: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let place = FIELDS * (spread(hash) >>> SHIFT);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      if (table[place] === hash && this.#isAt(place, start, end)) return place;
      place = (place + FIELDS) & mask;
    }
    return -1;
  }

  /** How many tokens an entry has, and where they begin in `ids`. */
  countOf(entry: number): number {
    return (this.#table[entry + 3] ?? 0) >> 8;
  }

  idsAt(entry: number): number {
    return this.#table[entry + 2] ?? 0;
  }

  #isAt(place: number, start: number, end: number): boolean {
    const { bytes } = this.#window;
    const own = this.#bytes;
    const length = (this.#table[place + 3] ?? 0) & 0xff;
    if (length !== end - start) return false;
    let from = this.#table[place + 1] ?? 0;
    for (let at = start; at < end; at += 1) {
      if (bytes[at] !== own[from]) return false;
      from += 1;
    }
    return true;
  }

  /** Keeps the tokens of the piece from `start` to `end`, of CACHED_PIECE_BYTES at most, where there is a place for it. */
  add(hash: number, piece: { start: number; end: number }, ids: Int32Array): void {
    const { start, end } = piece;
    if (this.#table.length === 0) this.#allocate();
    if (
      this.#pieces === MOST_PIECES ||
      this.#byteCount + end - start > MOST_BYTES ||
      this.#idCount + ids.length > MOST_IDS
    )
      this.#clear();
    const place = this.#emptyPlace(hash);
    if (place < 0) return;
    this.#table[place] = hash;
    this.#table[place + 1] = this.#byteCount;
    this.#table[place + 2] = this.#idCount;
    this.#table[place + 3] = (end - start) | (ids.length << 8);
    this.#bytes.set(this.#window.bytes.subarray(start, end), this.#byteCount);
    this.ids.set(ids, this.#idCount);
    this.#byteCount += end - start;
    this.#idCount += ids.length;
    this.#pieces += 1;
  }

  #emptyPlace(hash: number): number {
    const mask = this.#table.length - 1;
    let place = FIELDS * (spread(hash) >>> SHIFT);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      if (this.#table[place + 3] === 0) return place;
      place = (place + FIELDS) & mask;
    }
    return -1;
  }

  #allocate(): void {
    this.#table = new Int32Array(FIELDS << PLACE_BITS);
    this.#bytes = new Uint8Array(MOST_BYTES);
    this.ids = new Int32Array(MOST_IDS);
  }

  #clear(): void {
    this.#table.fill(0);
    this.#pieces = this.#byteCount = this.#idCount = 0;
  }
}
