import type { DraftSection } from "./draft";

const KEY = "playground";
/** A browser gives a tab about 5 MB; a prompt that is not kept is only not there after a reload. */
const MAX_STORED_CHARACTERS = 1_000_000;

/** What was edited in this tab before a reload. It stays in the tab: a prompt never goes into an address or to the server by itself. */
export function readStoredSections(): Omit<DraftSection, "key">[] | null {
  try {
    const stored = JSON.parse(window.sessionStorage.getItem(KEY) ?? "null") as unknown;
    return Array.isArray(stored) && stored.every(isSection) ? stored : null;
  } catch {
    return null;
  }
}

export function storeSections(sections: readonly DraftSection[]): void {
  try {
    const length = sections.reduce((sum, { text }) => sum + text.length, 0);
    if (length > MAX_STORED_CHARACTERS) window.sessionStorage.removeItem(KEY);
    else
      window.sessionStorage.setItem(
        KEY,
        JSON.stringify(
          sections.map(({ name, text, priority, isRequired }) => ({
            name,
            text,
            priority,
            isRequired,
          })),
        ),
      );
  } catch {
    // No storage, or it is full: the draft lives as long as the page.
  }
}

function isSection(value: unknown): value is Omit<DraftSection, "key"> {
  if (typeof value !== "object" || value === null) return false;
  const { name, text, priority, isRequired } = value as Record<string, unknown>;
  return (
    typeof name === "string" &&
    typeof text === "string" &&
    (priority === null || Number.isInteger(priority)) &&
    (isRequired === null || typeof isRequired === "boolean")
  );
}
