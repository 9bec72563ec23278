import type { PromptCounter, PromptPart } from "./prompt-part";
import { incrementalCosts, joinParts, type Replacements, type SectionCosts } from "./section-costs";
import { rankSections, removalOrder } from "./section-order";
import type { PieceCounts } from "./token-encoder";
import { cutText } from "./truncate-cut";
import { fewestRecounts, type From, replacementOf, type Rest } from "./truncate-recounts";

/** So often the length of the text is counted to leave out one section after the other; beyond, how many must go is guessed. */
const MOST_COUNTED = 3;

export interface TruncationOptions {
  maxTokens: number;
  /** Removed first to last. */
  priorities: readonly { name: string; required?: boolean | undefined }[];
  /** Leaves `[Title: removed]` in the place of each removed section, as long as these lines fit. */
  markRemoved: boolean;
  /** Behind a text that is cut within. */
  suffix: string;
}

export interface Truncation {
  text: string;
  originalTokens: number;
  /** Counted at the end, of the text as it is. */
  finalTokens: number;
  /** In the order of removal. */
  removed: { name: string; savedTokens: number }[];
  /** All sections that may go are gone, and the end of the rest was cut. */
  wasCut: boolean;
}

/**
 * Makes a prompt fit: leaves out sections, the lowest priority first and no more than needed, then cuts the end of what is left. A section
 * that is required stays, and so does one whose removal saves nothing. A text that fits is not changed, so doing it again changes nothing.
 */
export async function truncatePrompt(
  parts: readonly PromptPart[],
  options: TruncationOptions,
  counter: PromptCounter,
): Promise<Truncation> {
  const text = parts.map((part) => part.text).join("");
  const pieces = await counter.countPieces(text);
  const originalTokens = await tokensOfWhole(text, pieces, counter);
  const { maxTokens } = options;
  if (originalTokens <= maxTokens)
    return { text, originalTokens, finalTokens: originalTokens, removed: [], wasCut: false };
  const costs = pieces && (await incrementalCosts(parts, pieces, counter));
  const from = { parts, order: removalOrder(rankSections(parts, options.priorities)) };
  const rest =
    (costs && (await fewestRemovals({ ...from, costs, originalTokens, counter }, options))) ??
    (await fewestRecounts({ ...from, originalTokens, counter }, options));
  if (rest.tokens <= maxTokens)
    return {
      text: rest.text,
      originalTokens,
      finalTokens: rest.tokens,
      removed: rest.removed,
      wasCut: false,
    };
  const cut = await cutText(rest.text, options, counter);
  return {
    text: cut.text,
    originalTokens,
    finalTokens: cut.tokens,
    removed: rest.removed,
    wasCut: true,
  };
}

async function tokensOfWhole(
  text: string,
  pieces: PieceCounts | null,
  counter: PromptCounter,
): Promise<number> {
  if (text === "") return 0;
  return pieces?.tokens.at(-1) ?? (await counter.count([text]))[0] ?? 0;
}

/** One after the other, with the exact count after each. Null when that costs too much, or the count of the whole at the end is another. */
async function fewestRemovals(
  from: From & { costs: SectionCosts },
  options: TruncationOptions,
): Promise<Rest | null> {
  const rest = await removeInOrder(from, options);
  const best =
    options.markRemoved && rest && rest.tokens > options.maxTokens
      ? await removeInOrder(from, { ...options, markRemoved: false })
      : rest;
  if (!best || best.text === "") return best;
  const [counted] = await from.counter.count([best.text]);
  return counted === best.tokens ? best : null;
}

async function removeInOrder(
  { parts, order, costs, originalTokens }: From & { costs: SectionCosts },
  { maxTokens, markRemoved }: TruncationOptions,
): Promise<Rest | null> {
  const mostUnits = MOST_COUNTED * joinParts(parts, []).length;
  let replacements: Replacements = parts.map(() => null);
  let tokens = originalTokens;
  const removed: Rest["removed"] = [];
  for (const section of order) {
    if (tokens <= maxTokens) break;
    if (costs.countedUnits() > mostUnits) return null;
    const next = replacements.with(section.index, replacementOf(section, parts, markRemoved));
    const after = await costs.tokensOf(next);
    if (after >= tokens) continue;
    removed.push({ name: section.name, savedTokens: tokens - after });
    replacements = next;
    tokens = after;
  }
  return { text: joinParts(parts, replacements), tokens, removed };
}
