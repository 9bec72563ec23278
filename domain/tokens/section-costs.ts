import type { PromptCounter, PromptPart } from "./prompt-part";
import { tokensUpTo } from "./section-totals";
import type { PieceCounts } from "./token-encoder";

/** What stands in the place of each part: itself (null), or another text. */
export type Replacements = readonly (string | null)[];

/** Counts a prompt whose parts are left out one after the other. */
export interface SectionCosts {
  tokensOf(replacements: Replacements): Promise<number>;
  /** UTF-16 units that were counted for all of it: sections without a firm border are counted with all that stands beside them. */
  countedUnits(): number;
}

/** A part between its first and last firm border: what is before, within and behind. */
interface Cut {
  head: string;
  tail: string;
  /** Tokens of what is within: the same whatever stands around it. */
  tokens: number;
}

/**
 * Counts a prompt again and again for little: of each part all between its first and last firm border keeps its tokens whatever happens
 * around it, so only the short stretches between two such cores are counted anew.
 *
 *     part 1            part 2            part 3
 *     ……|====core====|…………|====core====|…………|====core====|……       without part 2: tail of 1 + head of 3 is counted
 *
 * Null where these counts do not add up to the whole: the pieces then depend on more than is assumed here.
 */
export async function incrementalCosts(
  parts: readonly PromptPart[],
  pieces: PieceCounts,
  counter: PromptCounter,
): Promise<SectionCosts | null> {
  let offset = 0;
  const cuts = parts.map(({ text }) => {
    const cut = cutOf(text, offset, pieces);
    offset += text.length;
    return cut;
  });
  const known = new Map<string, number>([["", 0]]);
  let countedUnits = 0;

  async function tokensOf(replacements: Replacements): Promise<number> {
    const { cores, glue } = stretchesOf(parts, cuts, replacements);
    const unknown = [...new Set(glue)].filter((text) => !known.has(text));
    const counts = unknown.length === 0 ? [] : await counter.count(unknown);
    unknown.forEach((text, place) => known.set(text, counts[place] ?? 0));
    countedUnits += unknown.reduce((sum, { length }) => sum + length, 0);
    return glue.reduce((sum, text) => sum + (known.get(text) ?? 0), cores);
  }

  const whole = pieces.tokens.at(-1) ?? 0;
  const isSum = (await tokensOf(parts.map(() => null))) === whole;
  return isSum ? { tokensOf, countedUnits: () => countedUnits } : null;
}

export function joinParts(parts: readonly PromptPart[], replacements: Replacements): string {
  return parts.map(({ text }, place) => replacements[place] ?? text).join("");
}

function stretchesOf(
  parts: readonly PromptPart[],
  cuts: readonly (Cut | null)[],
  replacements: Replacements,
): { cores: number; glue: string[] } {
  let cores = 0;
  let open = "";
  const glue: string[] = [];
  parts.forEach(({ text }, place) => {
    const other = replacements[place] ?? null;
    const cut = other === null ? cuts[place] : null;
    if (!cut) {
      open += other ?? text;
      return;
    }
    glue.push(open + cut.head);
    cores += cut.tokens;
    open = cut.tail;
  });
  return { cores, glue: [...glue, open] };
}

function cutOf(text: string, offset: number, pieces: PieceCounts): Cut | null {
  let first = 1;
  while (first < text.length - 1 && !isFirmBorder(text, first)) first += 1;
  let last = text.length - 2;
  while (last > first && !isFirmBorder(text, last)) last -= 1;
  if (last <= first) return null;
  const tokens = tokensUpTo(pieces, offset + last) - tokensUpTo(pieces, offset + first);
  return { head: text.slice(0, first), tail: text.slice(last), tokens };
}

const space = /[\s\u0085]/;

/**
 * True where a piece begins whatever stands before the letter in front of it and behind the letter after it, in all encodings of tiktoken
 * and those that split like them: a word behind one space, and a line that begins with a letter. Neither is reached by a run of white
 * space, nor by letters or marks that would go on.
 */
function isFirmBorder(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const here = text.charCodeAt(at);
  if (before === 10) return isLetterUnit(here) || here === 35;
  return here === 32 && isAsciiLetter(text.charCodeAt(at + 1)) && !space.test(text[at - 1] ?? " ");
}

function isAsciiLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Of Latin without marks, and the usual range of CJK. */
function isLetterUnit(code: number): boolean {
  return isAsciiLetter(code) || (code >= 0x4e00 && code <= 0x9fa5);
}
