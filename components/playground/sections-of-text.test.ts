import { expect, test } from "vitest";
import { MAX_DRAFT_SECTIONS } from "./draft";
import { sectionsOfText } from "./sections-of-text";

test("text outside of sections gets a name and stays; together they are the text", () => {
  const text = "Hello.\n## Depth Context\n3 m\n<|assistant|>\n";
  const sections = sectionsOfText(text);
  expect(sections.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ["text_1", true],
    ["depth_context", null],
    ["text_2", true],
  ]);
  expect(sections.map((one) => one.text).join("")).toBe(text);
});

test("markers bring their priority and whether it must stay", () => {
  const text = "<!-- section: facts priority=3 required -->\nx\n<!-- /section -->\n";
  expect(sectionsOfText(text)).toMatchObject([{ name: "facts", priority: 3, isRequired: true }]);
});

test("more sections than the server takes stay in the last one", () => {
  const text = Array.from({ length: 250 }, (_, index) => `## Section ${index}\nx\n`).join("");
  const sections = sectionsOfText(text);
  expect(sections).toHaveLength(MAX_DRAFT_SECTIONS);
  expect(sections.map((one) => one.text).join("")).toBe(text);
});
