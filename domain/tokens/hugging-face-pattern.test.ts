import { expect, test } from "vitest";
import { UnsupportedTokenizer } from "./hugging-face-error";
import { compilePattern, looksBack } from "./hugging-face-pattern";

const found = (pattern: string, text: string) =>
  Array.from(text.matchAll(compilePattern(pattern)), ([match]) => match);

// Which characters Oniguruma takes was read from Hugging Face's library, character by character (Unicode 16 there).
test("white space is Unicode's, not JavaScript's", () => {
  const all = "\t\n\v\f\r \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000";
  expect(found("\\s", `${all}\ufeff\u200b`).join("")).toBe(all);
  expect(found("[^\\S\\n]+|[[:space:]]", "a \n\x85b")).toEqual([" ", "\n", "\x85"]);
});

test("words and digits are Unicode's, with six numbers of Latin-1", () => {
  expect(found("\\w", "aé9_²³¹¼½¾٣ⅣαⅫ-⁴ \u0301")).toEqual(Array.from("aé9_²³¹¼½¾٣ⅣαⅫ\u0301"));
  expect(found("\\d", "9٣²Ⅳ")).toEqual(["9", "٣"]);
  expect(found("\\h+", "fF09g")).toEqual(["fF09"]);
});

test("a point is all but a line feed; anchors are of lines", () => {
  expect(found(".", "a\r\u2028\n")).toEqual(["a", "\r", "\u2028"]);
  expect(found("^.", "ab\ncd\n")).toEqual(["a", "c"]);
  expect(found(".$", "ab\ncd\n")).toEqual(["b", "d"]);
  expect(found("\\A.|.\\z", "ab\ncd")).toEqual(["a", "d"]);
  expect(found(".\\Z", "ab\ncd\n")).toEqual(["d"]);
});

test("possessive and atomic parts give nothing back", () => {
  expect(found("a++a|b", "aaab")).toEqual(["b"]);
  expect(found("a?+a", "aa a")).toEqual(["aa"]);
  expect(found("(?>a|ab)c", "abc ac")).toEqual(["ac"]);
  expect(found("a{1,2}+b", "aaab")).toEqual(["aaab"]); // no possessive here: the two are repeated
});

test("capital letters: only where it is said, ſ and K with them", () => {
  expect(found("(?i:'s|k)", "'S 'ſ K k")).toEqual(["'S", "'ſ", "K", "k"]);
  expect(found("a(?i)b|c", "aB aC ab ac c")).toEqual(["aB", "aC", "ab", "ac"]);
  expect(found("(x(?i)y)z", "xYz xYZ")).toEqual(["xYz"]);
});

test("sets nest, meet and are named", () => {
  expect(found("[a-c[x-z]&&[^by]]+", "abcxyz")).toEqual(["a", "cx", "z"]);
  expect(found("[\\p{Han}ー]+", "日本ーか")).toEqual(["日本ー"]);
  expect(found("\\p{^L}|\\P{^Nd}", "a1 ")).toEqual(["1", " "]);
  expect(found("[[:^alpha:]-]+", "a-1-b")).toEqual(["-1-"]);
  expect(found("[]a-]+", "]a-b")).toEqual(["]a-"]);
});

test.each([
  ["(a", "not closed"],
  ["a)", "too many"],
  ["[a", "not closed"],
  ["*a", "repeats nothing"],
  ["\\1", "uses \\1"],
  ["\\k<n>", "uses \\k"],
  ["\\G", "uses \\G"],
  ["(?x)a", "group (?x"],
  ["(?P<n>a)", "group (?P"],
  ["\\p{Nonsense}", "property of characters"],
  ["\\p{L", "ends in the middle"],
  ["[[:nonsense:]]", "class of characters"],
  ["[z-a]", "goes backwards"],
  ["[a-\\w]", "goes backwards"],
  ["\\x{110000}", "does not exist"],
  ["a{3}?", "{3}?"],
  ["(".repeat(99) + ")".repeat(99), "nested too deeply"],
  ["a".repeat(20_001), "longer than 20000"],
  ["\\", "ends in the middle"],
])("%s is refused", (pattern, sentence) => {
  expect(() => compilePattern(pattern)).toThrow(UnsupportedTokenizer);
  expect(() => compilePattern(pattern)).toThrow(sentence);
});

test("a pattern that looks back is known as one", () => {
  for (const pattern of ["(?<=a)b", "(?<!a)b", "^a", "\\ba", "\\Aa"])
    expect(looksBack(compilePattern(pattern)), pattern).toBe(true);
  for (const pattern of ["[^a]++b|\\s+(?!\\S)", "(?<name>a)", "\\^", "[\\^]"])
    expect(looksBack(compilePattern(pattern)), pattern).toBe(false);
});
