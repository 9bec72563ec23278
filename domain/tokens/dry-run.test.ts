import { expect, test } from "vitest";
import { dryRunOf, type OverPrompt } from "./dry-run";

const section = (name: string, tokens: number, priority: number) => ({
  name,
  tokens,
  priority,
  required: false,
});
const requiredSection = (name: string, tokens: number) => ({
  ...section(name, tokens, 0),
  required: true,
});
const prompt = (tokens: number, sections: OverPrompt["sections"]): OverPrompt => ({
  tokens,
  availableTokens: 100,
  sections,
});

test("of no prompts", () => {
  expect(dryRunOf([])).toEqual({
    prompts: 0,
    withoutSections: 0,
    wouldFit: 0,
    sections: [],
    largest: null,
  });
});

test("removes the lowest priority first, and only as many as needed", () => {
  const sections = [
    section("scene", 60, 9),
    section("weather", 30, 2),
    section("pose", 40, 1),
    requiredSection("rules", 30),
  ];
  expect(dryRunOf([prompt(160, sections)])).toEqual({
    prompts: 1,
    withoutSections: 0,
    wouldFit: 1,
    sections: [
      { name: "pose", prompts: 1, savedTokens: 40 },
      { name: "weather", prompts: 1, savedTokens: 30 },
    ],
    largest: { tokens: 160, becomes: 90 },
  });
});

test("a prompt that fits exactly stays as it is", () => {
  expect(dryRunOf([prompt(100, [section("a", 100, 1)])])).toMatchObject({
    wouldFit: 1,
    sections: [],
  });
});

test("of equal priorities the last in the prompt goes first", () => {
  const { sections } = dryRunOf([prompt(101, [section("first", 5, 1), section("last", 5, 1)])]);
  expect(sections.map(({ name }) => name)).toEqual(["last"]);
});

test("prompts without sections are counted apart, and those of required ones alone do not fit", () => {
  const run = dryRunOf([
    prompt(200, null),
    prompt(200, []),
    prompt(300, [requiredSection("rules", 300)]),
    prompt(110, [section("pose", 20, 1)]),
  ]);
  expect(run).toEqual({
    prompts: 2,
    withoutSections: 2,
    wouldFit: 1,
    sections: [{ name: "pose", prompts: 1, savedTokens: 20 }],
    largest: { tokens: 300, becomes: 300 },
  });
});

test("two sections of one name are one prompt", () => {
  const twice = [section("pose", 30, 1), section("pose", 30, 1)];
  expect(dryRunOf([prompt(150, twice), prompt(120, twice)]).sections).toEqual([
    { name: "pose", prompts: 2, savedTokens: 90 },
  ]);
});
