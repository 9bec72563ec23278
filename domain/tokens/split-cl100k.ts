import { CASE_BIT, contractionEnd, digitsEnd, runEnd, WhiteSpaceRun } from "./split-scans";
import { characterEnd, classAt, type Utf8Window } from "./split-window";
import { LETTER, NEWLINE, NUMBER, SYMBOL } from "./unicode-classes";

const BLANK = 0x20;

/**
 * cl100k_base: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
 */
export class Cl100kSplitter {
  looked = 0;
  readonly #window: Utf8Window;
  readonly #space = new WhiteSpaceRun();

  constructor(window: Utf8Window) {
    this.#window = window;
  }

  endOf(start: number): number {
    const { bytes } = this.#window;
    const contraction = contractionEnd(bytes, start, CASE_BIT);
    if (contraction > start) return (this.looked = contraction);
    const kind = classAt(bytes, start);
    if ((kind & LETTER) !== 0) return (this.looked = runEnd(bytes, start, LETTER));
    if ((kind & NUMBER) !== 0) return (this.looked = digitsEnd(bytes, start));
    const next = characterEnd(bytes, start);
    const nextKind = (kind & NEWLINE) !== 0 ? 0 : classAt(bytes, next);
    if ((nextKind & LETTER) !== 0) return (this.looked = runEnd(bytes, next, LETTER));
    const isBlankBeforeSymbol = bytes[start] === BLANK && (nextKind & SYMBOL) !== 0;
    if (isBlankBeforeSymbol || (kind & SYMBOL) !== 0) {
      const symbols = runEnd(bytes, next, SYMBOL);
      return (this.looked = runEnd(bytes, symbols, NEWLINE));
    }
    const space = this.#space.scan(bytes, start);
    this.looked = space.end;
    return space.newlineEnd >= 0
      ? space.newlineEnd
      : space.endBeforeText(start, this.#window.length);
  }
}
