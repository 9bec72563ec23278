import type { PromptCounter, PromptPart } from "@/domain/tokens/prompt-part";
import { rankSections, removalOrder } from "@/domain/tokens/section-order";
import { spreadTotals, totalsOf } from "@/domain/tokens/section-totals";
import type { TokenEncoder } from "@/domain/tokens/token-encoder";
import {
  type TruncationOptions,
  type Truncation as TruncatedPrompt,
  truncatePrompt,
} from "@/domain/tokens/truncate-prompt";
import { promptPartOf } from "./section-ranks";
import type { MeasureInput, PromptMeasure, RemovedPart, Truncation } from "./worker-messages";

/** What the server leaves behind a text that it cuts within, by default. */
const SUFFIX = "...[truncated]";

/** Counts a prompt and its sections, and truncates it as the server does. */
export async function measurePrompt(
  encoder: TokenEncoder,
  input: MeasureInput,
): Promise<Omit<PromptMeasure, "durationMs">> {
  const { encoding, maxTokens, priorities } = input;
  const parts = input.sections.map(promptPartOf);
  const { totalTokens, sectionTokens } = countSections(encoder, parts);
  const isOver = maxTokens !== null && totalTokens > maxTokens;
  const truncation = isOver
    ? await truncate(parts, { maxTokens, priorities, markRemoved: true, suffix: SUFFIX }, encoder)
    : null;
  const keys = input.sections.map(({ key }) => key);
  return { encoding, keys, totalTokens, sectionTokens, truncation };
}

function countSections(encoder: TokenEncoder, parts: readonly PromptPart[]) {
  const texts = parts.map(({ text }) => text);
  const whole = texts.join("");
  const pieces = encoder.countPieces?.(whole);
  if (pieces !== undefined)
    return { totalTokens: pieces.tokens.at(-1) ?? 0, sectionTokens: totalsOf(texts, pieces) };
  const totalTokens = encoder.count(whole);
  const own = texts.map((text) => encoder.count(text));
  return { totalTokens, sectionTokens: spreadTotals(own, totalTokens) };
}

async function truncate(
  parts: readonly PromptPart[],
  options: TruncationOptions,
  encoder: TokenEncoder,
): Promise<Truncation> {
  const counter = counterOf(encoder);
  const truncated = await truncatePrompt(parts, options, counter);
  const removed = removedParts(parts, options, truncated);
  return {
    removed,
    finalTokens: truncated.finalTokens,
    text: truncated.text,
    wasCut: truncated.wasCut,
    restorable: truncated.wasCut
      ? []
      : await restorable(parts, options, { removed, truncated, counter }),
  };
}

function counterOf(encoder: TokenEncoder): PromptCounter {
  return {
    count: (texts) => Promise.resolve(texts.map((text) => encoder.count(text))),
    countPieces: (text) => Promise.resolve(encoder.countPieces?.(text) ?? null),
  };
}

/** The domain names what it removed; two sections may have one name, so they are found in the order of removal. */
function removedParts(
  parts: readonly PromptPart[],
  { priorities }: TruncationOptions,
  { originalTokens, removed }: TruncatedPrompt,
): RemovedPart[] {
  const order = removalOrder(rankSections(parts, priorities));
  let at = 0;
  let leftTokens = originalTokens;
  return removed.map(({ name, savedTokens }) => {
    while (at < order.length - 1 && order[at]?.name !== name) at += 1;
    const index = order[at]?.index ?? 0;
    at += 1;
    leftTokens -= savedTokens;
    return { index, savedTokens, leftTokens };
  });
}

/**
 * A large section that goes late makes room for smaller ones that went before it. The most important of those that fit together, as
 * truncation finds when they are required.
 */
async function restorable(
  parts: readonly PromptPart[],
  options: TruncationOptions,
  found: { removed: readonly RemovedPart[]; truncated: TruncatedPrompt; counter: PromptCounter },
): Promise<number[]> {
  let room = options.maxTokens - found.truncated.finalTokens;
  const chosen: number[] = [];
  for (const { index, savedTokens } of found.removed.toReversed()) {
    if (savedTokens > room) continue;
    chosen.push(index);
    room -= savedTokens;
  }
  // Tokens over the borders between sections may make a little more of them together.
  while (chosen.length > 0) {
    const kept = parts.map((part, index) =>
      chosen.includes(index) ? { ...part, required: true } : part,
    );
    const again = await truncatePrompt(kept, options, found.counter);
    if (!again.wasCut) return chosen;
    chosen.pop();
  }
  return chosen;
}
