import { expect, test } from "vitest";
import { defaultSectionPriorities } from "@/domain/tokens/section-priorities";
import { testEncoder } from "@/fixtures/test-encoder";
import { createDraft } from "./draft";
import { examplePrompt } from "./example-prompt";
import { measurePrompt } from "./measure-prompt";
import type { MeasureInput } from "./worker-messages";

const encoder = testEncoder("cl100k_base");
const priorities = defaultSectionPriorities.map((name) => ({ name, required: false }));
const { sections } = createDraft(examplePrompt);

const measure = (over: Partial<MeasureInput>) =>
  measurePrompt(encoder, {
    encoding: "cl100k_base",
    sections,
    maxTokens: null,
    priorities,
    ...over,
  });

test("the sections add up to the prompt, and the example is too long for the development profile", async () => {
  const { totalTokens, sectionTokens, keys, truncation } = await measure({});
  expect(totalTokens).toBe(encoder.count(sections.map(({ text }) => text).join("")));
  expect(sectionTokens.reduce((sum, tokens) => sum + tokens, 0)).toBe(totalTokens);
  expect(keys).toEqual(sections.map(({ key }) => key));
  expect(truncation).toBeNull();
  expect(totalTokens).toBeGreaterThan(4_096 - 1_536);
});

test("a prompt that fits is not truncated", async () => {
  const { totalTokens } = await measure({});
  expect((await measure({ maxTokens: totalTokens })).truncation).toBeNull();
});

test("sections go by priority, what is left is told after each, and what must stay stays", async () => {
  const { totalTokens } = await measure({});
  const { truncation } = await measure({ maxTokens: 1_500 });
  if (truncation === null) throw new Error("It was not truncated.");
  const { removed, finalTokens, text } = truncation;
  expect(removed.slice(0, 3).map(({ index }) => sections[index]?.name)).toEqual([
    "depth_context",
    "pose_analysis",
    "action_recognition",
  ]);
  let left = totalTokens;
  for (const { savedTokens, leftTokens } of removed) {
    left -= savedTokens;
    expect(leftTokens).toBe(left);
  }
  expect(left).toBe(finalTokens);
  expect(finalTokens).toBeLessThanOrEqual(1_500);
  expect(encoder.count(text)).toBe(finalTokens);
  expect(text).toContain("You assess what cameras");
  expect(text).toContain("Answer with one JSON object");
  expect(text).toContain("[Depth Context: removed]");
});

test("small sections that a large one made room for can be restored, and then it still fits", async () => {
  // The large one goes last of all, so everything small went before it for nothing.
  const { truncation } = await measure({ maxTokens: 900 });
  const restorable = truncation?.restorable ?? [];
  expect(restorable.length).toBeGreaterThan(0);
  const kept = sections.map((section, index) =>
    restorable.includes(index) ? { ...section, isRequired: true } : section,
  );
  const again = await measure({ maxTokens: 900, sections: kept });
  expect(again.truncation?.wasCut).toBe(false);
  expect(again.truncation?.finalTokens).toBeLessThanOrEqual(900);
  const goneAgain = again.truncation?.removed.map(({ index }) => index) ?? [];
  expect(goneAgain.filter((index) => restorable.includes(index))).toEqual([]);
});

test("two sections of one name are told apart", async () => {
  const twins = createDraft(
    ["a", "b", "b"].map((name, index) => ({
      name,
      text: `${name} ${index} word `.repeat(50),
      priority: name === "a" ? 9 : 1,
      isRequired: null,
    })),
  ).sections;
  const { totalTokens } = await measure({ sections: twins });
  const { truncation } = await measure({ sections: twins, maxTokens: totalTokens - 150 });
  expect(truncation?.removed.map(({ index }) => index)).toEqual([2]);
});

test("what must stay is cut at its end when it is too long by itself", async () => {
  const one = createDraft([
    { name: "prompt", text: "word ".repeat(500), priority: null, isRequired: true },
  ]).sections;
  const { truncation } = await measure({ sections: one, maxTokens: 50 });
  expect(truncation).toMatchObject({ wasCut: true, removed: [], restorable: [] });
  expect(truncation?.finalTokens).toBeLessThanOrEqual(50);
  expect(truncation?.text.endsWith("...[truncated]")).toBe(true);
});
