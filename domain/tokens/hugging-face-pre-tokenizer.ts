import * as z from "zod";
import { toByteLevel } from "./hugging-face-byte-level";
import {
  Behavior,
  literalPattern,
  type Makers,
  options,
  readComponents,
  TextPattern,
} from "./hugging-face-component";
import { compilePattern, looksBack } from "./hugging-face-pattern";
import { type SplitRule, splitText } from "./hugging-face-split";

const WHAT = "pre-tokenizer";

/** A part of a text on its way to the model. */
export interface Piece {
  text: string;
  /** Nothing stands before it. */
  isFirst: boolean;
}

/** One step: changes the whole piece, splits it, or both, in this order. */
interface Step {
  change?: (piece: Piece) => string;
  split?: SplitRule;
  /** What is split off is written in the alphabet of bytes. */
  toBytes?: boolean;
}

export interface PreTokenizer {
  /** Gives the pieces of a text in order. */
  split(piece: Piece, take: (text: string, start: number, end: number) => void): void;
  /** The last step writes pieces in the alphabet of bytes: left to whoever takes them, who may know the piece already. */
  endsInBytes: boolean;
  /** Some step does. */
  writesBytes: boolean;
  /** Where it cuts depends on nothing before the cut, and nothing is changed: ends of pieces are places of the text. */
  cutsFreely: boolean;
}

// github.com/openai/gpt-2, encoder.py
const gpt2 = compilePattern(
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
);

const Split = z.object({
  pattern: TextPattern,
  behavior: Behavior,
  invert: z.boolean().default(false),
});
const ByteLevel = z.object({
  add_prefix_space: z.boolean().default(true),
  use_regex: z.boolean().default(true),
});
const Metaspace = z.object({
  replacement: z.string().refine((text) => Array.from(text).length === 1),
  add_prefix_space: z.boolean().nullish(),
  prepend_scheme: z.enum(["always", "first", "never"]).nullish(),
  split: z.boolean().nullish(),
});
const Digits = z.object({ individual_digits: z.boolean() });
const Punctuation = z.object({ behavior: Behavior.default("Isolated") });
const CharDelimiterSplit = z.object({ delimiter: z.string() });

const splitBy = (
  pattern: RegExp,
  behavior: SplitRule["behavior"],
  isInverted = false,
): Required<Pick<Step, "split">> => ({ split: { pattern, behavior, isInverted } });

const makers: Makers<Step[]> = {
  ByteLevel(component) {
    const { add_prefix_space: addsSpace, use_regex: splits } = options(ByteLevel, component, WHAT);
    return [
      {
        ...(addsSpace && { change: ({ text }) => (text.startsWith(" ") ? text : ` ${text}`) }),
        ...(splits && splitBy(gpt2, "Isolated")),
        toBytes: true,
      },
    ];
  },
  Split(component) {
    const { pattern, behavior, invert } = options(Split, component, WHAT);
    return [splitBy(pattern, behavior, invert)];
  },
  Metaspace(component) {
    const { replacement, ...given } = options(Metaspace, component, WHAT);
    const scheme = given.prepend_scheme ?? (given.add_prefix_space === false ? "never" : "always");
    const change = ({ text, isFirst }: Piece) => {
      const replaced = text.replaceAll(" ", () => replacement);
      const isPrepended = scheme === "always" || (scheme === "first" && isFirst);
      return isPrepended && !replaced.startsWith(replacement) ? replacement + replaced : replaced;
    };
    if (given.split === false) return [{ change }];
    return [{ change, ...splitBy(literalPattern(replacement), "MergedWithNext") }];
  },
  Digits(component) {
    const { individual_digits: isEach } = options(Digits, component, WHAT);
    return [splitBy(/\p{N}/gu, isEach ? "Isolated" : "Contiguous")];
  },
  Punctuation(component) {
    const { behavior } = options(Punctuation, component, WHAT);
    return [splitBy(punctuation, behavior)];
  },
  CharDelimiterSplit(component) {
    const { delimiter } = options(CharDelimiterSplit, component, WHAT);
    return [splitBy(literalPattern(delimiter), "Removed")];
  },
  Whitespace: () => [splitBy(compilePattern("\\w+|[^\\w\\s]+"), "Removed", true)],
  WhitespaceSplit: () => [splitBy(/\p{White_Space}/gu, "Removed")],
  BertPreTokenizer: () => [
    splitBy(/\p{White_Space}/gu, "Removed"),
    splitBy(punctuation, "Isolated"),
  ],
};

const punctuation = /[\p{P}$+<=>^`|~]/gu;

/** How the file splits a text into pieces, each of which the model splits for itself. Throws UnsupportedTokenizer. */
export function readPreTokenizer(json: unknown): PreTokenizer {
  const steps = readComponents(json, { what: WHAT, listKey: "pretokenizers", makers }).flat();
  return {
    split: runSteps(steps),
    endsInBytes: steps.at(-1)?.toBytes === true,
    writesBytes: steps.some(({ toBytes }) => toBytes === true),
    cutsFreely: cutsFreely(steps),
  };
}

function cutsFreely(steps: readonly Step[]): boolean {
  const isChanged = steps.some(
    ({ change, toBytes }, at) =>
      change !== undefined || (toBytes === true && at < steps.length - 1),
  );
  const [rule, ...others] = steps.flatMap(({ split }) => split ?? []);
  if (isChanged || rule === undefined || others.length > 0) return false;
  return rule.behavior === "Isolated" && !looksBack(rule.pattern);
}

function runSteps(steps: readonly Step[]): PreTokenizer["split"] {
  return (piece, take) => {
    const run = (at: number, { text, isFirst }: Piece, from: number): void => {
      const step = steps[at];
      if (!step) {
        if (text !== "") take(text, from, from + text.length);
        return;
      }
      const changed = step.change ? step.change({ text, isFirst }) : text;
      const isLast = at === steps.length - 1;
      const pass = (start: number, end: number): void => {
        const part = changed.slice(start, end);
        const inBytes = step.toBytes === true && !isLast ? toByteLevel(part) : part;
        run(at + 1, { text: inBytes, isFirst: isFirst && start === 0 }, from + start);
      };
      if (step.split) splitText(changed, step.split, pass);
      else pass(0, changed.length);
    };
    run(0, piece, 0);
  };
}
