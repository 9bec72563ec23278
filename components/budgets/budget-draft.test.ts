import { describe, expect, test } from "vitest";
import { fieldsOfDraft, newBudgetDraft, readTokens } from "./budget-draft";

describe("readTokens", () => {
  test.each([
    ["320000000", 320_000_000],
    ["320 M", 320_000_000],
    ["1.5k", 1_500],
    ["27,000,000", 27_000_000],
    ["0.001 k", 1],
    ["2 g", 2_000_000_000],
    ["1", 1],
  ])("%s", (text, tokens) => {
    expect(readTokens(text)).toBe(tokens);
  });
  test.each(["", "0", "-1", "1.5", "1.2345 k", "many", "1e9", "9999999 g", "1 T"])(
    "%s is none",
    (text) => {
      expect(readTokens(text)).toBeNull();
    },
  );
});

test("empty fields of the scope mean all", () => {
  const draft = { ...newBudgetDraft, name: " all ", dailyTokens: "1 k", service: "  " };
  expect(fieldsOfDraft(draft)).toEqual({
    name: "all",
    service: null,
    keyId: null,
    dailyTokens: 1_000,
    counts: "total",
  });
});
