import { parseSections } from "@/domain/tokens/parse-sections";
import { type DraftSection, MAX_DRAFT_SECTIONS } from "./draft";

type Section = Omit<DraftSection, "key">;

/**
 * A prompt as sections, by the rules of the server. Text between sections has no name there and is never removed: here it is called
 * text_1, text_2 …, and required. What is past the 200th section stays with it.
 */
export function sectionsOfText(text: string): Section[] {
  let nameless = 0;
  const sections = parseSections(text).map(({ name, text: own, priority, required }): Section => {
    if (name === null)
      return { name: `text_${(nameless += 1)}`, text: own, priority: null, isRequired: true };
    return { name, text: own, priority: priority ?? null, isRequired: required ?? null };
  });
  const [kept, rest] = [sections.slice(0, MAX_DRAFT_SECTIONS), sections.slice(MAX_DRAFT_SECTIONS)];
  const last = kept.at(-1);
  if (last !== undefined && rest.length > 0)
    kept[kept.length - 1] = { ...last, text: last.text + rest.map((one) => one.text).join("") };
  return kept;
}
