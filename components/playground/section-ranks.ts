import type { PromptPart } from "@/domain/tokens/prompt-part";
import { rankSections } from "@/domain/tokens/section-order";
import type { DraftSection } from "./draft";

export interface SectionRank {
  priority: number;
  isRequired: boolean;
}

/** A section as the domain takes it: what is null is left to the list. */
export function promptPartOf({
  name,
  text,
  priority,
  isRequired,
}: Omit<DraftSection, "key">): PromptPart {
  return {
    name,
    text,
    ...(priority !== null && { priority }),
    ...(isRequired !== null && { required: isRequired }),
  };
}

/** What decides when each section goes, by the rules of the server. */
export function ranksOf(
  sections: readonly DraftSection[],
  priorities: readonly { name: string; required: boolean }[],
): SectionRank[] {
  return rankSections(sections.map(promptPartOf), priorities).map(({ priority, required }) => ({
    priority,
    isRequired: required,
  }));
}
