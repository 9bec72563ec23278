import { describe, expect, test } from "vitest";
import { testEncoder } from "@/fixtures/test-encoder";
import { differenceFromTiktoken } from "@/fixtures/tiktoken-oracle";
import { classOfCodePoint, LETTER, MARK, NEWLINE, NUMBER, OTHER, SPACE } from "./unicode-classes";

const CODE_POINTS = 0x110000;
const TOGETHER = 512;
const LIMIT_MS = 180_000;

/** What can be seen from outside: a contraction begins behind letters and numbers only, and digits come in threes. */
const around = (character: string) => `${character}'ll${character}1234`;
/** Capitals, small letters and marks part words of o200k. */
const inWords = (character: string) =>
  ` ${character}a'll${character}A'll a${character}A'll A${character}a!${character}A\n${character}${character} ${character}/`;

function textsOf(codePoints: readonly number[], frame: (character: string) => string): string[] {
  const texts: string[] = [];
  for (let from = 0; from < codePoints.length; from += TOGETHER)
    texts.push(
      codePoints
        .slice(from, from + TOGETHER)
        .map((codePoint) => frame(String.fromCodePoint(codePoint)))
        .join(""),
    );
  return texts;
}

const all = Array.from({ length: CODE_POINTS }, (_, codePoint) => codePoint);
/** All that have a class, and those beside them. */
const assigned = all.filter((codePoint) =>
  [-1, 0, 1].some((near) => classOfCodePoint(Math.max(0, codePoint + near)) !== OTHER),
);

// p50k_base is split as r50k_base.
describe.each(["cl100k_base", "o200k_base", "r50k_base"] as const)("%s", (encoding) => {
  const encoder = testEncoder(encoding);

  test("every code point is in tiktoken's class", { timeout: LIMIT_MS }, () => {
    for (const text of textsOf(all, around))
      expect(differenceFromTiktoken(encoder, encoding, text)).toBeNull();
  });
});

test("every letter, mark and number parts words as in tiktoken", { timeout: LIMIT_MS }, () => {
  const encoder = testEncoder("o200k_base");
  for (const text of textsOf(assigned, inWords))
    expect(differenceFromTiktoken(encoder, "o200k_base", text)).toBeNull();
});

test("classes do not depend on the machine's Unicode: letters of version 15 and 16 are known, 17's are not", () => {
  expect(classOfCodePoint(0x31350) & LETTER).not.toBe(0); // 15.0
  expect(classOfCodePoint(0x2ebf0) & LETTER).not.toBe(0); // 15.1
  expect(classOfCodePoint(0x105c0) & LETTER).not.toBe(0); // 16.0
  expect(classOfCodePoint(0x323b0)).toBe(OTHER); // 17.0
});

test("one class each", () => {
  expect(classOfCodePoint(0x0a)).toBe(SPACE | NEWLINE);
  expect(classOfCodePoint(0x85)).toBe(SPACE);
  expect(classOfCodePoint(0x308)).toBe(MARK);
  expect(classOfCodePoint(0xbd)).toBe(NUMBER);
  expect(classOfCodePoint(0xfeff)).toBe(OTHER);
  expect(classOfCodePoint(0x10ffff)).toBe(OTHER);
});
