/** Two letters that stand for a person: `Ada Lovelace` and `ada.lovelace@example.org` → `AL`, `operator@…` → `OP`. */
export function initialsOf({ name, email }: { name: string | null; email: string }): string {
  const text = hasText(name) ? name : (email.split("@")[0] ?? "");
  const words = text.split(/[\s._+-]+/).filter(hasText);
  const first = lettersOf(words[0]);
  const last = words.length > 1 ? lettersOf(words.at(-1)) : first.slice(1);
  return [...first.slice(0, 1), ...last.slice(0, 1)].join("").toUpperCase();
}

function hasText(text: string | null): text is string {
  return text !== null && text.trim() !== "";
}

/** Whole characters, also those beyond the first 65,536. */
function lettersOf(word = ""): string[] {
  return Array.from(word);
}
