import type { PromptPart } from "./prompt-part";
import { isInstruction, nameOfHeading, namesInLists, titleOfName } from "./section-names";

/** A section with what decides when it goes. */
export interface RankedSection {
  /** Its place among the parts of the prompt. */
  index: number;
  name: string;
  title: string;
  priority: number;
  required: boolean;
}

/**
 * The sections among the parts, in the order of the prompt. A priority of its own goes before the place in the list, and a section that
 * is in no list comes behind all of the list. Required: as it says itself, else as the list says, else instructions are.
 */
export function rankSections(
  parts: readonly PromptPart[],
  priorities: readonly { name: string; required?: boolean | undefined }[],
): RankedSection[] {
  const places = new Map<string, { place: number; required: boolean }>();
  priorities.forEach(({ name, required = false }, place) => {
    const key = nameOfHeading(name);
    if (!places.has(key)) places.set(key, { place, required });
  });
  return parts.flatMap(({ name, title, priority, required }, index) => {
    if (name === null) return [];
    const listed = namesInLists(name).flatMap((key) => places.get(key) ?? [])[0];
    return [
      {
        index,
        name,
        title: title ?? titleOfName(name),
        priority: priority ?? listed?.place ?? priorities.length,
        required: required ?? listed?.required ?? isInstruction(name),
      },
    ];
  });
}

/** Those that may go, the first to go first: the lowest priority, and of equal ones the last in the prompt. */
export function removalOrder(sections: readonly RankedSection[]): RankedSection[] {
  return sections
    .filter(({ required }) => !required)
    .sort((a, b) => a.priority - b.priority || b.index - a.index);
}
