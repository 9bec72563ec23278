/** A part of the prompt as it is edited. Null: as the profile's list has it; an instruction is required by its name, too. */
export interface DraftSection {
  key: string;
  name: string;
  text: string;
  priority: number | null;
  isRequired: boolean | null;
}

export interface Draft {
  sections: readonly DraftSection[];
  selectedKey: string | null;
}

export type DraftChange =
  | { kind: "replace"; sections: readonly Omit<DraftSection, "key">[] }
  | { kind: "select"; key: string }
  | { kind: "add" }
  | { kind: "remove"; key: string }
  | { kind: "edit"; key: string; fields: Partial<Omit<DraftSection, "key">> }
  /** To the place `to`, counted without the section itself. */
  | { kind: "move"; key: string; to: number }
  /** As it was before a change: Undo. */
  | { kind: "restore"; draft: Draft }
  /** These are never removed. */
  | { kind: "require"; keys: readonly string[] };

export const MAX_DRAFT_CHARACTERS = 2_000_000;
export const MAX_DRAFT_SECTIONS = 200;

let lastKey = 0;
const newKey = () => `s${(lastKey += 1)}`;

export function createDraft(sections: readonly Omit<DraftSection, "key">[]): Draft {
  const keyed = sections.map((section) => ({ ...section, key: newKey() }));
  return { sections: keyed, selectedKey: keyed[0]?.key ?? null };
}

export function changeDraft(draft: Draft, change: DraftChange): Draft {
  switch (change.kind) {
    case "replace":
      return createDraft(change.sections);
    case "select":
      return { ...draft, selectedKey: change.key };
    case "add":
      return withAdded(draft);
    case "remove":
      return without(draft, change.key);
    case "edit":
      return withEach(draft, (section) =>
        section.key === change.key ? { ...section, ...change.fields } : section,
      );
    case "move":
      return withMoved(draft, change.key, change.to);
    case "restore":
      return change.draft;
    case "require":
      return withEach(draft, (section) =>
        change.keys.includes(section.key) ? { ...section, isRequired: true } : section,
      );
  }
}

export function draftLength(draft: Draft): number {
  return draft.sections.reduce((length, { text }) => length + text.length, 0);
}

function withEach(draft: Draft, edit: (section: DraftSection) => DraftSection): Draft {
  return { ...draft, sections: draft.sections.map(edit) };
}

/** Behind the selected one, with a name that is not taken. */
function withAdded(draft: Draft): Draft {
  if (draft.sections.length >= MAX_DRAFT_SECTIONS) return draft;
  const names = new Set(draft.sections.map(({ name }) => name));
  let number = draft.sections.length + 1;
  while (names.has(`section_${number}`)) number += 1;
  const added = {
    key: newKey(),
    name: `section_${number}`,
    text: "",
    priority: null,
    isRequired: null,
  };
  const behind = draft.sections.findIndex(({ key }) => key === draft.selectedKey);
  const at = behind === -1 ? draft.sections.length : behind + 1;
  return { sections: draft.sections.toSpliced(at, 0, added), selectedKey: added.key };
}

function without(draft: Draft, key: string): Draft {
  const at = draft.sections.findIndex((section) => section.key === key);
  if (at === -1) return draft;
  const sections = draft.sections.toSpliced(at, 1);
  const isSelected = draft.selectedKey === key;
  const beside = sections[at] ?? sections.at(-1);
  return { sections, selectedKey: isSelected ? (beside?.key ?? null) : draft.selectedKey };
}

function withMoved(draft: Draft, key: string, to: number): Draft {
  const moved = draft.sections.find((section) => section.key === key);
  if (moved === undefined) return draft;
  const rest = draft.sections.filter((section) => section !== moved);
  const at = Math.max(0, Math.min(rest.length, to));
  return { ...draft, sections: rest.toSpliced(at, 0, moved) };
}
