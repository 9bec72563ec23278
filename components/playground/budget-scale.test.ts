import { expect, test } from "vitest";
import { contextBudgetOf } from "@/domain/tokens/context-budget";
import { budgetScaleOf, partsOf, startOfParts } from "./budget-scale";

const budget = contextBudgetOf({
  contextWindow: 16_384,
  parallelSlots: 1,
  maxOutputTokens: 1_536,
  warningThreshold: 0.8,
});

test("the axis holds the window and the prompt, whichever is longer", () => {
  for (const sent of [4_000, 16_384, 31_207]) {
    const scale = budgetScaleOf(sent, budget);
    expect(scale.isZoomed).toBe(false);
    expect(scale.percentOf(sent)).toBeLessThan(100);
    expect(scale.percentOf(budget.slotWindow)).toBeLessThan(100);
  }
});

test("a prompt that hardly fills the window is drawn larger, an empty one is not", () => {
  expect(budgetScaleOf(2_000, budget)).toMatchObject({ isZoomed: true, endTokens: 3_000 });
  expect(budgetScaleOf(0, budget).isZoomed).toBe(false);
});

test("each section has its tokens and its fate; one that was removed from the draft since is left out", () => {
  const sections = new Map([
    ["1", { name: "system", isRequired: true }],
    ["2", { name: "weather", isRequired: false }],
    ["4", { name: "new", isRequired: false }],
  ]);
  const counts = { keys: ["1", "2", "3"], sectionTokens: [5, 6, 7] };
  expect(partsOf(sections, counts, new Set(["2"]))).toEqual([
    { key: "1", name: "system", tokens: 5, fate: "required" },
    { key: "2", name: "weather", tokens: 6, fate: "removed" },
  ]);
});

test("a prompt whose end is cut off is drawn as long as what is left of it", () => {
  const part = (key: string, tokens: number) => ({ key, name: key, tokens, fate: "kept" as const });
  const parts = [part("1", 500), part("2", 11_000), part("3", 40)];
  expect(startOfParts(parts, 2_560)).toEqual([part("1", 500), part("2", 2_060)]);
  expect(startOfParts(parts, 20_000)).toEqual(parts);
});
