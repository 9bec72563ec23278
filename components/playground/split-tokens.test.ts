import { expect, test } from "vitest";
import { testEncoder } from "@/fixtures/test-encoder";
import { splitTokens } from "./split-tokens";
import { layOutTokens, visibleText } from "./token-rows";

const encoder = testEncoder("cl100k_base");
const split = (text: string, maxTokens = 1_000) =>
  splitTokens(encoder, { encoding: "cl100k_base", text, maxTokens });

const hard = "a ẞE ↔32 👩‍👩‍👧 Jürgen 日本語\r\n\tx \ud800 end";

test("ids are those of the encoder, bytes add up, and each token ends where its characters do", () => {
  const { ids, ends, byteLengths, isPartial } = split(hard);
  expect([...ids]).toEqual([...encoder.encode(hard)]);
  const bytes = new TextEncoder().encode(hard);
  expect(byteLengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
  expect(ends.at(-1)).toBe(hard.length);
  let at = 0;
  let start = 0;
  for (const [index, length] of byteLengths.entries()) {
    at += length;
    const whole = new TextDecoder().decode(bytes.slice(start, at));
    if (isPartial[index] === 1) continue;
    const from = [...ends.slice(0, index)].findLast((_, before) => isPartial[before] === 0) ?? 0;
    expect(hard.slice(from, ends[index]).toWellFormed()).toBe(whole);
    start = at;
  }
});

test("only so many tokens are described, all are counted", () => {
  const { ids, ends, totalTokens } = split("one two three four", 2);
  expect([ids.length, totalTokens]).toEqual([2, 4]);
  expect([...ends]).toEqual([3, 7]);
});

test("rows break at new lines and at the width, and together they are the text", () => {
  const text = "one two three\n\nfour five\n";
  const { rows } = layOutTokens(split(text), 12);
  const written = rows.map((row) => row.map((piece) => piece.text).join(""));
  expect(written).toEqual(["one two", " three", "", "four five"]);
  const again = rows
    .flat()
    .map((piece) => piece.text + (piece.hasBreak ? "\n" : ""))
    .join("");
  expect(again).toBe(text);
});

test("a word longer than a row goes on in the next one, in the same token", () => {
  const { rows } = layOutTokens(split("internationalization"), 6);
  const widths = rows.map((row) => row.reduce((sum, piece) => sum + piece.text.length, 0));
  expect(Math.max(...widths)).toBeLessThanOrEqual(6);
  expect(
    rows
      .flat()
      .map((piece) => piece.text)
      .join(""),
  ).toBe("internationalization");
});

test("tokens that only together make a character are one piece; such characters are counted", () => {
  const { rows, rowOf, sharedCharacters } = layOutTokens(split("31↔32 ẞ b"), 80);
  const shared = rows.flat().filter(({ count }) => count > 1);
  expect(shared.map(({ text }) => text.trim())).toEqual(["↔", "ẞ"]);
  expect(sharedCharacters).toBe(2);
  expect([...rowOf].every((row) => row === 0)).toBe(true);
});

test("what shows nothing by itself is made visible", () => {
  expect(visibleText("a\tb\u0000\u200bc d")).toBe("a⇥b␀␣c d");
});
