/** What of a key press matters; a KeyboardEvent is one. */
export interface KeyPress {
  key: string;
  metaKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/**
 * Name of a press: `Mod+k` (⌘ or Ctrl), `Shift+z`, `Space`, `?`. Signs that need Shift on some keyboards are named
 * by the sign alone.
 */
export function chordOf(press: KeyPress): string {
  const key = press.key === " " ? "Space" : press.key;
  const isLetter = /^\p{L}$/u.test(key);
  const name = isLetter ? key.toLowerCase() : key;
  if (press.metaKey || press.ctrlKey) return `Mod+${name}`;
  if (press.altKey) return `Alt+${name}`;
  const isNamed = key.length > 1;
  return press.shiftKey && (isLetter || isNamed) ? `Shift+${name}` : name;
}

/** Keys as printed: `Mod+k` → `⌘K` on a Mac, else `Ctrl K`; `g o` → `g o`. */
export function printedKeys(keys: string, isMac: boolean): string {
  return keys
    .replace(/Mod\+(\w)/, (_, key: string) => `${isMac ? "⌘" : "Ctrl "}${key.toUpperCase()}`)
    .replace(/Shift\+(\w)$/, (_, key: string) => `⇧${key.toUpperCase()}`)
    .replace("Shift+", "⇧")
    .replace("ArrowLeft", "←")
    .replace("ArrowRight", "→")
    .replace("Escape", "Esc");
}

const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const ACTIVATED_BY_SPACE =
  "button, a[href], input, summary, [role=button], [role=switch], [role=tab], [role=option], [role=menuitem]";

/** Whether a press belongs to the element that has the focus: text in a field, Space on a button, keys of a dialog. */
export function belongsToElement(chord: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element) || chord.startsWith("Mod+")) return false;
  if (target.closest(`${TYPED_INTO}, [role=dialog]`) !== null) return true;
  return ["Space", "Enter"].includes(chord) && target.closest(ACTIVATED_BY_SPACE) !== null;
}
