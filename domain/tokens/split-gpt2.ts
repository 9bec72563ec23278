import { contractionEnd, runEnd, WhiteSpaceRun } from "./split-scans";
import { classAt, type Utf8Window } from "./split-window";
import { LETTER, NUMBER, SYMBOL } from "./unicode-classes";

const BLANK = 0x20;

/** r50k_base and p50k_base: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` */
export class Gpt2Splitter {
  looked = 0;
  readonly #window: Utf8Window;
  readonly #space = new WhiteSpaceRun();

  constructor(window: Utf8Window) {
    this.#window = window;
  }

  endOf(start: number): number {
    const { bytes } = this.#window;
    const contraction = contractionEnd(bytes, start, 0);
    if (contraction > start) return (this.looked = contraction);
    const at = bytes[start] === BLANK ? start + 1 : start;
    const classes = runClasses(classAt(bytes, at));
    if (classes !== 0) return (this.looked = runEnd(bytes, at, classes));
    this.looked = this.#space.scan(bytes, start).end;
    return this.#space.endBeforeText(start, this.#window.length);
  }
}

/** The classes of the run that a character begins; 0 for white space and the end. */
function runClasses(kind: number): number {
  if ((kind & LETTER) !== 0) return LETTER;
  if ((kind & NUMBER) !== 0) return NUMBER;
  return (kind & SYMBOL) !== 0 ? SYMBOL : 0;
}
