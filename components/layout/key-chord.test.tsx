import { describe, expect, test } from "vitest";
import { belongsToElement, chordOf, printedKeys } from "./key-chord";

const press = (key: string, modifiers = {}) =>
  chordOf({ key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...modifiers });

function element(html: string): Element {
  document.body.innerHTML = html;
  const found = document.body.querySelector("[data-at]");
  if (found === null) throw new Error("no [data-at]");
  return found;
}

describe("chordOf", () => {
  test("⌘ and Ctrl are one", () => {
    expect(press("k", { metaKey: true })).toBe("Mod+k");
    expect(press("K", { ctrlKey: true, shiftKey: true })).toBe("Mod+k");
  });
  test("Shift counts for letters, not for signs that need it", () => {
    expect(press("Z", { shiftKey: true })).toBe("Shift+z");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("?")).toBe("?");
  });
  test("Space has a name", () => {
    expect(press(" ")).toBe("Space");
  });
});

describe("printedKeys", () => {
  test.each([
    ["Mod+k", true, "⌘K"],
    ["Mod+k", false, "Ctrl K"],
    ["Shift+z", false, "⇧Z"],
    ["ArrowLeft", false, "←"],
    ["Shift+ArrowRight", true, "⇧→"],
    ["g o", false, "g o"],
    ["Escape", false, "Esc"],
  ])("%s", (keys, isMac, printed) => {
    expect(printedKeys(keys, isMac)).toBe(printed);
  });
});

describe("belongsToElement", () => {
  test.each([
    ["a letter in a field", "<input data-at>", "r", true],
    ["a letter in a text area", "<textarea data-at></textarea>", "?", true],
    ["Mod+k in a field", "<input data-at>", "Mod+k", false],
    ["a letter on a radio button", '<input type="radio" data-at>', "r", false],
    ["Space on a radio button", '<input type="radio" data-at>', "Space", true],
    ["Space on a button", "<button><svg data-at></svg></button>", "Space", true],
    ["a letter on a button", "<button data-at></button>", "r", false],
    ["Space on the page", '<main tabindex="-1" data-at></main>', "Space", false],
    ["a letter in a dialog", '<div role="dialog"><p data-at></p></div>', "g", true],
  ])("%s", (...[, html, chord, expected]) => {
    expect(belongsToElement(chord, element(html))).toBe(expected);
  });
});
