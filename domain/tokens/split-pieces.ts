import type { Encoding } from "./encodings";
import { Cl100kSplitter } from "./split-cl100k";
import { Gpt2Splitter } from "./split-gpt2";
import { O200kSplitter } from "./split-o200k";
import type { Utf8Window } from "./split-window";

/** No pattern looks farther past what it has scanned than a contraction (`'ll`) is long, in bytes. */
export const LOOK_AHEAD_BYTES = 4;

/**
 * Splits the text in a window as the regular expression of an encoding does (`pat_str` in tiktoken's files), piece after piece. Every
 * character is looked at a few times at most, however the text is made.
 */
export interface PieceSplitter {
  /** How far the last `endOf` scanned. At the window's end: the piece may be another one when more of the text is there. */
  readonly looked: number;
  /** Where the piece that begins at `start` ends. Both are borders of characters, and `start` is before the window's end. */
  endOf(start: number): number;
}

const splitters: Readonly<Record<Encoding, new (window: Utf8Window) => PieceSplitter>> = {
  cl100k_base: Cl100kSplitter,
  o200k_base: O200kSplitter,
  p50k_base: Gpt2Splitter,
  r50k_base: Gpt2Splitter,
};

export function createSplitter(encoding: Encoding, window: Utf8Window): PieceSplitter {
  return new splitters[encoding](window);
}
