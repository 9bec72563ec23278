import { expect, test } from "vitest";
import { parseTokensSearch, sortText } from "./search-params";

const searchOf = (query: string) => parseTokensSearch(new URLSearchParams(query));

test("without parameters everything is shown, the fullest first", () => {
  expect(searchOf("")).toEqual({
    filter: { service: null, model: null },
    sort: { by: "used", isDescending: true },
  });
});

test.each(["prompts", "-silentCuts"])("a sort survives the way through the address: %s", (text) => {
  expect(sortText(searchOf(`sort=${text}`).sort)).toBe(text);
});

test.each(["", "--", "a b", "x".repeat(40)])(
  "a sort that cannot be counts as absent: %j",
  (text) => {
    expect(searchOf(`sort=${encodeURIComponent(text)}`).sort.by).toBe("used");
  },
);
