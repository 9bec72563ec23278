import { RankTree } from "./byte-pair-rank-tree";
import { NO_TOKEN } from "./byte-pair-vocabulary";
import { EncodingStopped, type StopCheck } from "./token-encoder";

const FIELDS = 3;
const SHORT = 24;
const MERGES_BETWEEN_CHECKS = 8_192;
const NONE = -1;
/** The tree of longer pieces is not kept. */
const KEPT = 65_536;
const NO_INTS = new Int32Array(0);

/** Which two tokens become one, and in what order: an open table in one typed array, 12 to 24 bytes a merge and as much again empty. */
export class MergeTable {
  /** FIELDS numbers a place: left, right, rank + 1 (0: empty). */
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #results: Int32Array;

  constructor(mergeCount: number) {
    let places = 16;
    while (places < 2 * mergeCount) places *= 2;
    this.#table = new Int32Array(FIELDS * places);
    this.#mask = places - 1;
    this.#results = new Int32Array(mergeCount);
  }

  /** A pair that is named twice has the rank of the later one. */
  set(
    rank: number,
    { left, right, result }: { left: number; right: number; result: number },
  ): void {
    const place = this.#placeOf(left, right);
    this.#table[place] = left;
    this.#table[place + 1] = right;
    this.#table[place + 2] = rank + 1;
    this.#results[rank] = result;
  }

  /** Lower ones come first; -1: the two do not become one. */
  rankOf(left: number, right: number): number {
    return (this.#table[this.#placeOf(left, right) + 2] ?? 0) - 1;
  }

  resultOf(rank: number): number {
    return this.#results[rank] ?? 0;
  }

  /** Of the pair, or of the empty place where it would go. The table is at most half full, so there is one. */
  #placeOf(left: number, right: number): number {
    const table = this.#table;
    let hash = Math.imul(left, 0x9e_37_79_b1) ^ Math.imul(right + 0x7f_4a_7c_15, 0x85_eb_ca_6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2_b2_ae_35);
    for (let at = (hash ^ (hash >>> 13)) & this.#mask; ; at = (at + 1) & this.#mask) {
      const place = FIELDS * at;
      if (table[place + 2] === 0) return place;
      if (table[place] === left && table[place + 1] === right) return place;
    }
  }
}

/**
 * Merges the tokens of one piece: always the pair of the lowest rank, the leftmost of equal ones. O(n log n) in the worst case, and about
 * 20 bytes of memory a token while it works.
 */
export class PieceMerge {
  readonly #merges: MergeTable;
  /** Of a long piece: the rank of each token with the one after it. */
  readonly #ranks = new RankTree();
  #steps = 0;
  #ids: Int32Array = NO_INTS;
  /** Where the next token begins, and the one before. */
  #next = NO_INTS;
  #previous = NO_INTS;

  constructor(merges: MergeTable) {
    this.#merges = merges;
  }

  /** Pairs and places of the tree looked at so far, ever. */
  get steps(): number {
    return this.#steps + this.#ranks.steps;
  }

  /** Merges all of `ids` in place, and answers how many are left. Throws EncodingStopped. */
  merge(ids: Int32Array, stop?: StopCheck): number {
    if (ids.length < 2) return ids.length;
    if (ids.length <= SHORT) return this.#mergeShort(ids);
    try {
      this.#begin(ids);
      this.#mergeLong(stop);
      return this.#collect();
    } finally {
      this.#ids = this.#next = this.#previous = NO_INTS;
      if (ids.length > KEPT) this.#ranks.release();
    }
  }

  #mergeShort(ids: Int32Array): number {
    let { length } = ids;
    for (;;) {
      let best = NONE;
      let bestAt = NONE;
      for (let at = 0; at + 1 < length; at += 1) {
        const rank = this.#merges.rankOf(ids[at] ?? 0, ids[at + 1] ?? 0);
        if (rank === NONE || (best !== NONE && rank >= best)) continue;
        best = rank;
        bestAt = at;
      }
      this.#steps += length;
      if (best === NONE) return length;
      ids[bestAt] = this.#merges.resultOf(best);
      ids.copyWithin(bestAt + 1, bestAt + 2, length);
      length -= 1;
    }
  }

  #begin(ids: Int32Array): void {
    const { length } = ids;
    this.#ids = ids;
    this.#next = new Int32Array(length);
    this.#previous = new Int32Array(length);
    this.#ranks.reset(length);
    for (let at = 0; at < length; at += 1) {
      this.#next[at] = at + 1;
      this.#previous[at] = at - 1;
      if (at + 1 < length) this.#ranks.put(at, this.#rankAt(at));
    }
    this.#ranks.build();
  }

  /** Of a token with the one after it. */
  #rankAt(at: number): number {
    const ids = this.#ids;
    const after = this.#next[at] ?? 0;
    if (after >= ids.length) return NO_TOKEN;
    const rank = this.#merges.rankOf(ids[at] ?? 0, ids[after] ?? 0);
    return rank === NONE ? NO_TOKEN : rank;
  }

  #mergeLong(stop?: StopCheck): void {
    const [ids, next, previous, ranks] = [this.#ids, this.#next, this.#previous, this.#ranks];
    for (let turn = 1; ; turn += 1) {
      const rank = ranks.lowest();
      if (rank === NO_TOKEN) return;
      this.#steps += 1;
      if (turn % MERGES_BETWEEN_CHECKS === 0 && stop?.isStopped() === true)
        throw new EncodingStopped();
      const at = ranks.placeOf(rank);
      const merged = next[at] ?? 0;
      const after = next[merged] ?? 0;
      ids[at] = this.#merges.resultOf(rank);
      next[at] = after;
      if (after < ids.length) previous[after] = at;
      ranks.set(merged, NO_TOKEN);
      ranks.set(at, this.#rankAt(at));
      const before = previous[at] ?? NONE;
      if (before >= 0) ranks.set(before, this.#rankAt(before));
    }
  }

  /** Moves the tokens that are left to the front. */
  #collect(): number {
    const ids = this.#ids;
    let count = 0;
    for (let at = 0; at < ids.length; at = this.#next[at] ?? ids.length) {
      ids[count] = ids[at] ?? 0;
      count += 1;
    }
    return count;
  }
}
