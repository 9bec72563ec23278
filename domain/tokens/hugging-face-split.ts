import { UnsupportedTokenizer } from "./hugging-face-error";

/** What becomes of a match: Hugging Face's SplitDelimiterBehavior. */
export const splitBehaviors = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;
export type SplitBehavior = (typeof splitBehaviors)[number];

export interface SplitRule {
  /** With the flag g. */
  pattern: RegExp;
  behavior: SplitBehavior;
  /** True: what is between the matches is what counts as one. */
  isInverted: boolean;
}

/** Takes the pieces of a text in order, none of them empty, each with where it begins. */
export type TakePiece = (start: number, end: number) => void;

/** Splits as `NormalizedString::split` of Hugging Face's tokenizers does. */
export function splitText(text: string, rule: SplitRule, take: TakePiece): void {
  const part = behaviors[rule.behavior]((start, end) => {
    if (end > start) take(start, end);
  });
  const { pattern, isInverted } = rule;
  let last = 0;
  let lastMatch = -1;
  pattern.lastIndex = 0;
  for (let match = find(pattern, text); match; match = find(pattern, text)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start === end) pattern.lastIndex = behind(text, end); // or it would be found forever
    if (start === end && end === lastMatch) continue;
    if (last < start) part(last, start, isInverted);
    part(start, end, !isInverted);
    last = lastMatch = end;
  }
  if (last < text.length) part(last, text.length, isInverted);
  part(text.length, text.length, null);
}

/** A run of millions of letters is more than the engine can look back over. */
function find(pattern: RegExp, text: string): RegExpExecArray | null {
  try {
    return pattern.exec(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnsupportedTokenizer(
      "The text holds millions of characters without a break, which the pattern of this tokenizer cannot split. Send it in parts.",
    );
  }
}

function behind(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1);
}

/** Takes each part in order; `isMatch` null: there are no more. */
type TakePart = (start: number, end: number, isMatch: boolean | null) => void;

const behaviors: Record<SplitBehavior, (take: TakePiece) => TakePart> = {
  Removed: (take) => (start, end, isMatch) => {
    if (isMatch === false) take(start, end);
  },
  Isolated: (take) => take,
  MergedWithPrevious: (take) => joined(take, (isMatch, wasMatch) => isMatch && !wasMatch),
  MergedWithNext: (take) => joined(take, (isMatch, wasMatch) => !isMatch && wasMatch),
  Contiguous: (take) => joined(take, (isMatch, wasMatch) => isMatch === wasMatch),
};

/** Joins a part to the one before it where `joins` says so. */
function joined(
  take: TakePiece,
  joins: (isMatch: boolean, wasMatch: boolean) => boolean,
): TakePart {
  let from = 0;
  let to = 0;
  let wasMatch = false;
  return (start, end, isMatch) => {
    if (isMatch === null) {
      take(from, to);
      return;
    }
    if (!joins(isMatch, wasMatch)) {
      take(from, to);
      from = start;
    }
    to = end;
    wasMatch = isMatch;
  };
}
