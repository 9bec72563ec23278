import type { PromptCounter, PromptPart } from "./prompt-part";
import { joinParts } from "./section-costs";
import type { RankedSection } from "./section-order";

/** What sections are removed from, and in which order. */
export interface From {
  parts: readonly PromptPart[];
  order: readonly RankedSection[];
  originalTokens: number;
  counter: PromptCounter;
}

/** What is left, whether it fits or not. */
export interface Rest {
  text: string;
  tokens: number;
  removed: { name: string; savedTokens: number }[];
}

interface Removal {
  section: RankedSection;
  replacement: string;
  savedTokens: number;
}

/** What stands in the place of a removed section: nothing, or a line with as many breaks behind it as the section had, two at most. */
export function replacementOf(
  { index, title }: RankedSection,
  parts: readonly PromptPart[],
  markRemoved: boolean,
): string {
  if (!markRemoved) return "";
  const [breaks = ""] = /(?:\r?\n){0,2}$/.exec(parts[index]?.text ?? "") ?? [];
  return `[${title}: removed]${breaks === "" ? "\n" : breaks}`;
}

/**
 * For counters that know whole texts only and may be far away: each section is counted once by itself, how many must go is guessed from
 * that, and the whole is counted again for each guess, twice as a rule.
 */
export async function fewestRecounts(
  from: From,
  options: { maxTokens: number; markRemoved: boolean },
): Promise<Rest> {
  const removals = await countRemovals(from, options.markRemoved);
  const rest = await leastRemovals({ ...from, removals }, options.maxTokens);
  if (rest.tokens <= options.maxTokens || !options.markRemoved) return rest;
  return fewestRecounts(from, { ...options, markRemoved: false });
}

/** Without those that would save nothing. */
async function countRemovals(
  { parts, order, counter }: From,
  markRemoved: boolean,
): Promise<Removal[]> {
  const removals = order.map((section) => ({
    section,
    text: parts[section.index]?.text ?? "",
    replacement: replacementOf(section, parts, markRemoved),
  }));
  const texts = [...new Set(removals.flatMap(({ text, replacement }) => [text, replacement]))];
  const counts = texts.length === 0 ? [] : await counter.count(texts);
  const tokens = new Map(
    texts.map((text, place) => [text, text === "" ? 0 : (counts[place] ?? 0)]),
  );
  return removals.flatMap(({ section, text, replacement }) => {
    const savedTokens = (tokens.get(text) ?? 0) - (tokens.get(replacement) ?? 0);
    return savedTokens > 0 ? [{ section, replacement, savedTokens }] : [];
  });
}

async function leastRemovals(
  { parts, originalTokens, counter, removals }: From & { removals: readonly Removal[] },
  maxTokens: number,
): Promise<Rest> {
  const textWithout = (number: number) => {
    const replacements: (string | null)[] = parts.map(() => null);
    for (const { section, replacement } of removals.slice(0, number))
      replacements[section.index] = replacement;
    return joinParts(parts, replacements);
  };
  const known = new Map<number, number>([[0, originalTokens]]);
  const tokensWithout = async (number: number): Promise<number> => {
    const text = textWithout(number);
    const tokens = known.get(number) ?? (text === "" ? 0 : ((await counter.count([text]))[0] ?? 0));
    known.set(number, tokens);
    return tokens;
  };
  const number = await leastThatFits(
    guess(removals, originalTokens - maxTokens),
    removals.length,
    async (tried) => (await tokensWithout(tried)) <= maxTokens,
  );
  const tokens = await tokensWithout(number);
  const removed = removals
    .slice(0, number)
    .map(({ section, savedTokens }) => ({ name: section.name, savedTokens }));
  // What the last one saved is known exactly; what borders add or save beside, a token or two, goes to the first.
  const before = known.get(number - 1);
  const last = removed.at(-1);
  if (last && before !== undefined) last.savedTokens = before - tokens;
  const told = removed.reduce((sum, { savedTokens }) => sum + savedTokens, 0);
  const [first] = removed;
  if (first) first.savedTokens += originalTokens - tokens - told;
  return { text: textWithout(number), tokens, removed };
}

function guess(removals: readonly Removal[], excessTokens: number): number {
  let saved = 0;
  const place = removals.findIndex(({ savedTokens }) => (saved += savedTokens) >= excessTokens);
  return place < 0 ? removals.length : place + 1;
}

/** The least number, 1 to `most`, that fits, or `most` where none does: up or down from the guess in growing steps, then between. */
async function leastThatFits(
  guessed: number,
  most: number,
  fits: (number: number) => Promise<boolean>,
): Promise<number> {
  let over = 0;
  let least = most;
  let tried = guessed;
  for (let step = 1; ; step *= 2) {
    if (await fits(tried)) least = tried;
    else over = tried;
    if (over >= least - 1) return least;
    const near = over === 0 ? least - step : over + step;
    tried = step > 4 ? (over + least) >> 1 : Math.min(Math.max(near, over + 1), least - 1);
  }
}
