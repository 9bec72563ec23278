/** Asked now and then while a long text is encoded: true ends the work with `EncodingStopped`. */
export interface StopCheck {
  isStopped(): boolean;
}

/** The text was not encoded to its end, because nobody waits for it any more. */
export class EncodingStopped extends Error {
  constructor() {
    super("The count was cancelled.");
    this.name = "EncodingStopped";
  }
}

/**
 * Where a text falls into pieces that are encoded each for itself, and how many tokens come before each border. What follows a border
 * depends on nothing before it: two texts with the same rest behind a border have the same pieces there.
 */
export interface PieceCounts {
  /** Offsets in UTF-16 units behind each piece, ascending; the last is the text's length. */
  ends: Uint32Array;
  /** Tokens up to each of these offsets; the last is the text's count. */
  tokens: Uint32Array;
}

/** One vocabulary that splits text into tokens. Any string is taken: a lone surrogate counts as U+FFFD. */
export interface TokenEncoder {
  /** How many tokens `encode` would give. */
  count(text: string, stop?: StopCheck): number;
  /** Ids in order. */
  encode(text: string, stop?: StopCheck): Uint32Array;
  /** The bytes that a token stands for. Throws RangeError for an id that is not in the vocabulary. */
  bytesOf(id: number): Uint8Array;
  /** Absent where pieces depend on what came before them. */
  countPieces?(text: string, stop?: StopCheck): PieceCounts;
}
