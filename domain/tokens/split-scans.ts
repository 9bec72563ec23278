import { characterEnd, classAt } from "./split-window";
import { NEWLINE, NUMBER, SPACE } from "./unicode-classes";

// The parts that the patterns of the encodings are made of.

const APOSTROPHE = 0x27;
/** What tells a capital from a small letter in ASCII. */
export const CASE_BIT = 0x20;
const MOST_DIGITS = 3;

/** What must follow the first letter of a contraction; ALONE where it is a whole one, 0 where none begins so. */
const secondLetters = new Uint8Array(256);
const ALONE = 1;
for (const contraction of ["s", "t", "re", "ve", "m", "ll", "d"])
  secondLetters[contraction.charCodeAt(0)] = contraction.charCodeAt(1) || ALONE;

/** `[class]*`: where the run of characters of these classes that begins at `at` ends. */
export function runEnd(bytes: Uint8Array, at: number, classes: number): number {
  let end = at;
  while ((classAt(bytes, end) & classes) !== 0) end = characterEnd(bytes, end);
  return end;
}

/** `\p{N}{1,3}`, the first being there. */
export function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (let digits = 0; digits < MOST_DIGITS; digits += 1) {
    if ((classAt(bytes, end) & NUMBER) === 0) break;
    end = characterEnd(bytes, end);
  }
  return end;
}

/**
 * `'s|'t|'re|'ve|'m|'ll|'d` at `at`: its end, or `at` where there is none. `foldedBit` is CASE_BIT where capitals count as well, and 0
 * where not.
 */
export function contractionEnd(bytes: Uint8Array, at: number, foldedBit: number): number {
  if (bytes[at] !== APOSTROPHE) return at;
  const wanted = secondLetters[(bytes[at + 1] ?? 0) | foldedBit] ?? 0;
  if (wanted === ALONE) return at + 2;
  if (wanted === 0) return foldedBit !== 0 && isLongS(bytes, at + 1) ? at + 3 : at;
  return ((bytes[at + 2] ?? 0) | foldedBit) === wanted ? at + 3 : at;
}

/** U+017F, which folds to s. */
function isLongS(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xc5 && bytes[at + 1] === 0xbf;
}

/** A run of white space, where its last character begins, and where the last newline in it ends (-1: it has none). */
export class WhiteSpaceRun {
  end = 0;
  lastStart = 0;
  newlineEnd = -1;

  scan(bytes: Uint8Array, start: number): this {
    let at = start;
    this.newlineEnd = -1;
    for (;;) {
      const kind = classAt(bytes, at);
      if ((kind & SPACE) === 0) break;
      this.lastStart = at;
      at = characterEnd(bytes, at);
      if ((kind & NEWLINE) !== 0) this.newlineEnd = at;
    }
    this.end = at;
    return this;
  }

  /** `\s+(?!\S)|\s+`: without its last character, which goes to what follows; all of it where nothing follows or it is but one. */
  endBeforeText(start: number, textEnd: number): number {
    return this.end === textEnd || this.lastStart === start ? this.end : this.lastStart;
  }
}
