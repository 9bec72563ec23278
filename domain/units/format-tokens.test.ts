import { expect, test } from "vitest";
import { formatCount, formatShare, formatTokens } from "./format-tokens";

test.each([
  [null, "–"],
  [0, "0"],
  [327.6, "328"],
  [10_412, "10.4 k"],
  [15_000, "15 k"],
  [121_300, "121 k"],
  [265_600_000, "266 M"],
  [2_340_000_000, "2.30 G"],
])("%s tokens are %s", (tokens, text) => {
  expect(formatTokens(tokens)).toBe(text);
});

test.each([
  [null, "–"],
  [0, "0 %"],
  [0.004, "< 1 %"],
  [0.869, "87 %"],
  [2.1, "210 %"],
])("a share of %s is %s", (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test("one is no plural", () => {
  expect([formatCount(1, "prompt"), formatCount(1_200, "prompt")]).toEqual([
    "1 prompt",
    "1,200 prompts",
  ]);
});
