import type { ContextBudget } from "@/domain/tokens/context-budget";
import type { PromptMeasure } from "./worker-messages";

export type PartFate = "required" | "kept" | "removed";

export interface BarPart {
  key: string;
  name: string;
  tokens: number;
  fate: PartFate;
}

/** Each measured section that is still there, in order, and what becomes of it. */
export function partsOf(
  sections: ReadonlyMap<string, { name: string; isRequired: boolean }>,
  counts: Pick<PromptMeasure, "keys" | "sectionTokens">,
  removedKeys: ReadonlySet<string>,
): BarPart[] {
  return counts.keys.flatMap((key, index) => {
    const section = sections.get(key);
    if (section === undefined) return [];
    const fate = removedKeys.has(key) ? "removed" : section.isRequired ? "required" : "kept";
    return [{ key, name: section.name, tokens: counts.sectionTokens[index] ?? 0, fate }];
  });
}

/** What is left of the parts when the end of the prompt is cut off: so many tokens from its start. */
export function startOfParts(parts: readonly BarPart[], tokens: number): BarPart[] {
  let room = tokens;
  return parts.flatMap((part) => {
    const own = Math.min(part.tokens, room);
    room -= own;
    return own > 0 ? [{ ...part, tokens: own }] : [];
  });
}

/** Below this share of the window a bar would be a sliver: the axis then ends before the window does. */
const LEAST_SHARE = 0.2;
const ROOM = 1.05;

export interface BudgetScale {
  /** Tokens at the right end of the bars. */
  endTokens: number;
  /** The marks of the budget lie further right than the axis goes. */
  isZoomed: boolean;
  /** In percent of the width. */
  percentOf: (tokens: number) => number;
}

/** The axis of the two bars: the window and the prompt with a little room, or only the start of a window that the prompt hardly fills. */
export function budgetScaleOf(sentTokens: number, { slotWindow }: ContextBudget): BudgetScale {
  const isZoomed = sentTokens > 0 && sentTokens < slotWindow * LEAST_SHARE;
  const endTokens = isZoomed ? sentTokens * 1.5 : Math.max(sentTokens, slotWindow) * ROOM;
  return { endTokens, isZoomed, percentOf: (tokens) => (tokens / endTokens) * 100 };
}
