import type { PieceCounts } from "./token-encoder";

/** How many tokens end at or before an offset, in UTF-16 units. */
export function tokensUpTo({ ends, tokens }: PieceCounts, offset: number): number {
  return tokens[lastEnd(ends, offset)] ?? 0;
}

/** The place of the last piece that ends at or before the offset; -1 when none does. */
export function lastEnd(ends: Uint32Array, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The tokens of texts that stand one behind the other: a token that reaches over a border belongs to the text behind it. */
export function totalsOf(texts: readonly string[], pieces: PieceCounts): number[] {
  let offset = 0;
  let before = 0;
  return texts.map((text) => {
    offset += text.length;
    const upTo = tokensUpTo(pieces, offset);
    const own = upTo - before;
    before = upTo;
    return own;
  });
}

/**
 * The same where only whole texts were counted: each alone, and what the borders add or save goes to the texts from the last back, so
 * that they add up to the whole.
 */
export function spreadTotals(own: readonly number[], whole: number): number[] {
  let rest = whole - own.reduce((sum, tokens) => sum + tokens, 0);
  const totals = [...own];
  for (let place = totals.length - 1; place >= 0 && rest !== 0; place--) {
    const before = totals[place] ?? 0;
    const after = Math.max(0, before + rest);
    totals[place] = after;
    rest -= after - before;
  }
  return totals;
}
