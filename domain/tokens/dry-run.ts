import { removalOrder } from "./section-order";
import type { DryRun } from "./usage-history";
import type { SectionCount } from "./validation-record";

/** A prompt that was over, by its counts. */
export interface OverPrompt {
  tokens: number;
  availableTokens: number;
  /** Null: it came without sections. */
  sections: readonly SectionCount[] | null;
}

/** Which sections truncation would remove, by stored counts: the joint of two texts may cost or save a token more. */
function removedOf({ tokens, availableTokens, sections }: OverPrompt): SectionCount[] {
  const known = sections ?? [];
  const order = removalOrder(known.map((section, index) => ({ ...section, index, title: "" })));
  const removed: SectionCount[] = [];
  let left = tokens;
  for (const { index } of order) {
    const section = known[index];
    if (left <= availableTokens || !section) break;
    removed.push(section);
    left -= section.tokens;
  }
  return removed;
}

/** What truncation would do to prompts: sections by how often they would go, then by name. */
export function dryRunOf(prompts: readonly OverPrompt[]): DryRun {
  const withSections = prompts.filter(({ sections }) => sections !== null && sections.length > 0);
  const sections = new Map<string, { name: string; prompts: number; savedTokens: number }>();
  let wouldFit = 0;
  let largest: DryRun["largest"] = null;
  for (const prompt of withSections) {
    const removed = removedOf(prompt);
    const saved = removed.reduce((sum, { tokens }) => sum + tokens, 0);
    const becomes = Math.max(0, prompt.tokens - saved);
    if (becomes <= prompt.availableTokens) wouldFit++;
    if (largest === null || prompt.tokens > largest.tokens)
      largest = { tokens: prompt.tokens, becomes };
    const names = new Set<string>();
    for (const { name, tokens } of removed) {
      const total = sections.get(name) ?? { name, prompts: 0, savedTokens: 0 };
      sections.set(name, total);
      if (!names.has(name)) total.prompts++;
      names.add(name);
      total.savedTokens += tokens;
    }
  }
  return {
    prompts: withSections.length,
    withoutSections: prompts.length - withSections.length,
    wouldFit,
    sections: [...sections.values()].sort(
      (a, b) => b.prompts - a.prompts || (a.name < b.name ? -1 : 1),
    ),
    largest,
  };
}
