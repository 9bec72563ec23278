import { CASE_BIT, contractionEnd, digitsEnd, runEnd, WhiteSpaceRun } from "./split-scans";
import { characterEnd, classAt, type Utf8Window } from "./split-window";
import { LETTER, MARK, NEWLINE, NUMBER, SYMBOL, WORD_HEAD, WORD_TAIL } from "./unicode-classes";

const BLANK = 0x20;
const SLASH = 0x2f;

/**
 * o200k_base: with H = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, T = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`, C = `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`:
 * `[^\r\n\p{L}\p{N}]?H*T+C|[^\r\n\p{L}\p{N}]?H+T*C|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
 */
export class O200kSplitter {
  looked = 0;
  readonly #window: Utf8Window;
  readonly #space = new WhiteSpaceRun();

  constructor(window: Utf8Window) {
    this.#window = window;
  }

  endOf(start: number): number {
    const { bytes } = this.#window;
    const kind = classAt(bytes, start);
    if ((kind & LETTER) !== 0) {
      const word = this.#mixedWordEnd(start);
      return contractionEnd(bytes, word < 0 ? this.looked : word, CASE_BIT);
    }
    if ((kind & NUMBER) !== 0) return (this.looked = digitsEnd(bytes, start));
    if ((kind & NEWLINE) === 0) {
      const word = this.#wordAfterPrefix(start, kind);
      if (word >= 0) return contractionEnd(bytes, word, CASE_BIT);
    }
    return this.#symbolsOrSpaceEnd(start, kind);
  }

  /**
   * `H*T+` from `at` on: its end, or -1 where it does not match; then `H*` alone ends at `looked`. H* takes all that it can. When no
   * small letter follows, it gives back up to the last character that is in T as well, and T+ is that one character.
   */
  #mixedWordEnd(at: number): number {
    const { bytes } = this.#window;
    let end = at;
    let sharedEnd = -1;
    let kind = classAt(bytes, end);
    while ((kind & WORD_HEAD) !== 0) {
      end = characterEnd(bytes, end);
      if ((kind & WORD_TAIL) !== 0) sharedEnd = end;
      kind = classAt(bytes, end);
    }
    if ((kind & WORD_TAIL) !== 0) return (this.looked = runEnd(bytes, end, WORD_TAIL));
    this.looked = end;
    return sharedEnd;
  }

  /** The word patterns where the first character is no letter: it is their prefix, or, as a mark, a word itself. -1: neither. */
  #wordAfterPrefix(start: number, kind: number): number {
    const next = characterEnd(this.#window.bytes, start);
    const word = this.#mixedWordEnd(next);
    if (word >= 0) return word;
    if ((kind & MARK) !== 0) return next;
    return this.looked > next ? this.looked : -1;
  }

  #symbolsOrSpaceEnd(start: number, kind: number): number {
    const { bytes } = this.#window;
    const from = bytes[start] === BLANK ? start + 1 : start;
    if (((from === start ? kind : classAt(bytes, from)) & SYMBOL) !== 0) {
      let end = runEnd(bytes, from, SYMBOL);
      while (bytes[end] === SLASH || (classAt(bytes, end) & NEWLINE) !== 0) end += 1;
      return (this.looked = end);
    }
    const space = this.#space.scan(bytes, start);
    this.looked = space.end;
    return space.newlineEnd >= 0
      ? space.newlineEnd
      : space.endBeforeText(start, this.#window.length);
  }
}
