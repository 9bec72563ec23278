import { expect, test } from "vitest";
import { changeDraft, createDraft, type Draft, MAX_DRAFT_SECTIONS } from "./draft";

const section = (name: string) => ({ name, text: `${name}\n`, priority: null, isRequired: null });
const names = (draft: Draft) => draft.sections.map(({ name }) => name).join(" ");
const keyOf = (draft: Draft, name: string) =>
  draft.sections.find((one) => one.name === name)?.key ?? "";
const made = () => createDraft(["a", "b", "c"].map(section));

test("sections move, and stay where an end is reached", () => {
  const draft = made();
  const move = (name: string, to: number) =>
    names(changeDraft(draft, { kind: "move", key: keyOf(draft, name), to }));
  expect(move("a", 1)).toBe("b a c");
  expect(move("c", 0)).toBe("c a b");
  expect(move("a", -1)).toBe("a b c");
  expect(move("c", 9)).toBe("a b c");
});

test("a new section stands behind the chosen one, is chosen, and has a name of its own", () => {
  const draft = changeDraft(made(), { kind: "add" });
  expect(names(draft)).toBe("a section_4 b c");
  expect(draft.selectedKey).toBe(keyOf(draft, "section_4"));
  const again = changeDraft(changeDraft(draft, { kind: "remove", key: keyOf(draft, "a") }), {
    kind: "add",
  });
  expect(new Set(again.sections.map(({ name }) => name)).size).toBe(again.sections.length);
});

test("when the chosen section goes the next one is chosen, at the end the one before; the last may go, too", () => {
  let draft = made();
  for (const [gone, chosen] of [
    ["a", "b"],
    ["b", "c"],
    ["c", undefined],
  ] as const) {
    draft = changeDraft(draft, { kind: "remove", key: keyOf(draft, gone) });
    expect(draft.sections.find(({ key }) => key === draft.selectedKey)?.name).toBe(chosen);
  }
});

test("never more sections than the server takes", () => {
  const full = createDraft(
    Array.from({ length: MAX_DRAFT_SECTIONS }, (_, index) => section(`s${index}`)),
  );
  expect(changeDraft(full, { kind: "add" }).sections).toHaveLength(MAX_DRAFT_SECTIONS);
});

test("edits are of one section, and restored ones are required", () => {
  const draft = made();
  const key = keyOf(draft, "b");
  const edited = changeDraft(draft, { kind: "edit", key, fields: { text: "x", priority: 3 } });
  expect(edited.sections.map(({ text }) => text)).toEqual(["a\n", "x", "c\n"]);
  const kept = changeDraft(edited, { kind: "require", keys: [key, keyOf(draft, "c")] });
  expect(kept.sections.map(({ isRequired }) => isRequired)).toEqual([null, true, true]);
});
