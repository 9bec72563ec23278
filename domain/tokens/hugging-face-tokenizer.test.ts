import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { expectedTokens, smallTokenizer, smallTokenizerBytes } from "@/fixtures/tokenizers";
import { parseTokenizer } from "./hugging-face-tokenizer";
import { EncodingStopped } from "./token-encoder";

const encoderOf = (...given: Parameters<typeof smallTokenizerBytes>) =>
  parseTokenizer(smallTokenizerBytes(...given)).encoder;

describe("tokens are those of Hugging Face's library", () => {
  const { texts, tokenizers } = expectedTokens();
  test.each(tokenizers)("$name", ({ base, changes, text, control }) => {
    for (const [specialTokens, expected] of Object.entries({ text, control })) {
      if (expected === null) continue;
      const mode = specialTokens === "control" ? "control" : "text";
      const { encoder } = parseTokenizer(smallTokenizerBytes(base, changes), {
        specialTokens: mode,
      });
      expect(texts.map((one) => Array.from(encoder.encode(one)))).toEqual(expected);
      expect(texts.map((one) => encoder.count(one))).toEqual(expected.map((ids) => ids.length));
    }
  });
});

/** Letters of several scripts, signs, white space and runs: what people and machines write. */
function randomTexts(seed: number, count: number): string[] {
  const random = seededRandom(seed);
  const alphabet = Array.from(
    "abcdefgh the ing AZ'sll019.,;!?\n\t{}()äöüßéñçжихя日本語中한국👍—…▁",
  );
  return Array.from({ length: count }, () => {
    const length = random.below(60);
    const pick = () => alphabet[random.below(alphabet.length)] ?? "";
    return Array.from({ length }, pick).join("");
  });
}

describe.each(["byte-level", "sentence-piece"] as const)("%s", (name) => {
  test("generated texts: as another implementation has it", () => {
    const encoder = encoderOf(name);
    const oracle = new Tokenizer(smallTokenizer(name), {});
    for (const text of randomTexts(6, 500))
      expect(Array.from(encoder.encode(text)), JSON.stringify(text)).toEqual(
        oracle.encode(text, { add_special_tokens: false }).ids,
      );
  });

  test("the bytes of the tokens are the text", () => {
    const encoder = encoderOf(name);
    for (const text of randomTexts(7, 100)) {
      const bytes = Array.from(encoder.encode(text)).flatMap((id) =>
        Array.from(encoder.bytesOf(id)),
      );
      const joined = new TextDecoder().decode(Uint8Array.from(bytes));
      const isSentencePiece = name === "sentence-piece" && text !== "";
      const expected = isSentencePiece ? ` ${text}`.replaceAll("▁", " ") : text.normalize("NFC");
      expect(joined).toBe(expected);
    }
    expect(() => encoder.bytesOf(9_999_999)).toThrow(RangeError);
  });

  test("half a character is counted as the sign for one", () => {
    const encoder = encoderOf(name);
    expect(encoder.encode("a\ud800b")).toEqual(encoder.encode("a\ufffdb"));
  });

  test("the work grows in step with the length, whatever the text is", () => {
    const runs: Record<string, (length: number) => string> = {
      letters: (length) => "the".repeat(length / 3),
      space: (length) => " ".repeat(length),
      random: (length) => {
        const random = seededRandom(8);
        return String.fromCharCode(
          ...Array.from({ length: 100 }, () => 97 + random.below(26)),
        ).repeat(length / 100);
      },
    };
    for (const [run, text] of Object.entries(runs)) {
      const stepsOf = (length: number) => {
        const encoder = encoderOf(name);
        encoder.count(text(length));
        return encoder.steps;
      };
      const [once, twice, fourTimes] = [51_000, 102_000, 204_000].map(stepsOf);
      // n log n: doubling 50,000 makes 2.13 times the work at most. Squared it would be 4 times.
      expect((twice ?? 0) / (once ?? 1), run).toBeLessThan(2.3);
      expect((fourTimes ?? 0) / (twice ?? 1), run).toBeLessThan(2.3);
      expect(once, run).toBeLessThan(50_000 * 6 * Math.log2(50_000));
    }
  });

  test("nobody waits any more: it ends", () => {
    const encoder = encoderOf(name);
    let asked = 0;
    const stop = { isStopped: () => (asked += 1) > 2 };
    expect(() => encoder.count("the".repeat(200_000), stop)).toThrow(EncodingStopped);
    expect(asked).toBe(3);
    expect(() =>
      encoder.count("some words, and others. ".repeat(20_000), { isStopped: () => true }),
    ).toThrow(EncodingStopped);
    expect(encoder.count("the river")).toBeGreaterThan(0);
  });
});

test("special tokens in a text are text unless it is said otherwise; other added tokens are tokens", () => {
  const text = "<|user|><tool>";
  const control = parseTokenizer(smallTokenizerBytes(), { specialTokens: "control" }).encoder;
  expect(Array.from(control.encode(text))).toEqual([561, 562]);
  const ids = Array.from(encoderOf().encode(text));
  expect(ids).not.toContain(561);
  expect(ids.at(-1)).toBe(562);
});

test("what it is, for people", () => {
  const { description, vocabularySize } = parseTokenizer(smallTokenizerBytes());
  expect([description, vocabularySize]).toEqual(["BPE, byte-level", 564]);
  expect(parseTokenizer(smallTokenizerBytes("sentence-piece"))).toMatchObject({
    description: "BPE, SentencePiece with byte fallback",
    vocabularySize: 700,
  });
});

test("pieces: counted up to each border, and the rest behind a border counts for itself", () => {
  const encoder = encoderOf("byte-level", { normalizer: null });
  for (const text of [...randomTexts(9, 60), "a<tool>b  <tool>"]) {
    const { ends, tokens } = encoder.countPieces?.(text) ?? { ends: [], tokens: [] };
    expect([ends.at(-1) ?? 0, tokens.at(-1) ?? 0]).toEqual([text.length, encoder.count(text)]);
    ends.forEach((end, at) => {
      expect(encoder.count(text.slice(end))).toBe(encoder.count(text) - (tokens[at] ?? 0));
    });
  }
  // A normalizer may change what stands around a border.
  expect(encoderOf().countPieces).toBeUndefined();
  const looksBack = { type: "Split", pattern: { Regex: "(?<=a)b" }, behavior: "Isolated" };
  const changes = { normalizer: null, pre_tokenizer: looksBack };
  expect(encoderOf("byte-level", changes).countPieces).toBeUndefined();
});

describe("what is no tokenizer.json, or none that can be counted with", () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const small = (changes: Record<string, unknown>) => smallTokenizerBytes("byte-level", changes);
  const cases: [string, Uint8Array, string][] = [
    ["no JSON", new TextEncoder().encode("<html>"), "is not JSON"],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "is not JSON"],
    ["nothing", new Uint8Array(0), "is not JSON"],
    ["a number", bytes(1), "not as Hugging Face"],
    ["no model", bytes({}), "not as Hugging Face"],
    ["deep nesting", new TextEncoder().encode(`{"model":${"[".repeat(1e6)}`), "nested too deeply"],
    ["millions of things", new TextEncoder().encode(`[${"{},".repeat(4e6)}{}]`), "more parts than"],
    [
      "another model",
      bytes({ model: { type: "Unigram", vocab: [] } }),
      "model type Unigram is not",
    ],
    ["a type that is no word", bytes({ model: { type: "<b>" } }), "model type of this file is not"],
    ["dropout", small({ model: { dropout: 0.1 } }), "at random"],
    ["an empty vocabulary", small({ model: { vocab: {}, merges: [] } }), "vocabulary is empty"],
    ["a list as vocabulary", small({ model: { vocab: ["a"] } }), "no vocabulary"],
    ["an id that is text", small({ model: { vocab: { a: "1" } } }), "whose id is not a number"],
    ["an id below 0", small({ model: { vocab: { a: -1 } } }), "whose id is not a number"],
    ["a huge id", small({ model: { vocab: { a: 2 ** 40 } } }), "whose id is not a number"],
    ["merges of three", small({ model: { merges: ["a b c"] } }), "Merge 1 does not name two"],
    ["merges of numbers", small({ model: { merges: [[1, 2]] } }), "Merge 1 does not name two"],
    ["merges of others", small({ model: { merges: [["zz", "zz"]] } }), "Merge 1 names or makes"],
    ["no unknown token", small({ model: { unk_token: "[UNK]" } }), "unknown token of the model"],
    ["an added id", small({ added_tokens: [{ id: 1e12, content: "a" }] }), "list of added tokens"],
    [
      "a long token",
      small({ added_tokens: [{ id: 1, content: "a".repeat(2_000) }] }),
      "added tokens",
    ],
    [
      "a normalizer",
      small({ normalizer: { type: "Precompiled" } }),
      "normalizer Precompiled is not",
    ],
    ["options", small({ normalizer: { type: "Prepend", prepend: 1 } }), "normalizer is not as"],
    [
      "a pre-tokenizer",
      small({ pre_tokenizer: { type: "UnicodeScripts" } }),
      "UnicodeScripts is not",
    ],
    ["a prototype", small({ pre_tokenizer: { type: "constructor" } }), "constructor is not"],
    [
      "many parts",
      small({
        normalizer: {
          type: "Sequence",
          normalizers: Array.from({ length: 60 }, () => ({ type: "NFC" })),
        },
      }),
      "more than 50 parts",
    ],
    [
      "a pattern",
      small({
        pre_tokenizer: { type: "Split", pattern: { Regex: "\\G" }, behavior: "Isolated" },
      }),
      "uses \\G",
    ],
  ];
  test.each(cases)("%s", (_name, file, sentence) => {
    expect(() => parseTokenizer(file)).toThrow(sentence);
    expect(() => parseTokenizer(file)).toThrow(/^[A-Z].*\.$/s);
  });

  test("names of JavaScript's own objects are tokens like others", () => {
    const file = JSON.stringify(smallTokenizer("byte-level")).replace(
      '"vocab":{',
      '"vocab":{"__proto__":600,"constructor":601,"toString":602,',
    );
    const { encoder, vocabularySize } = parseTokenizer(new TextEncoder().encode(file));
    expect(vocabularySize).toBe(567);
    expect(new TextDecoder().decode(encoder.bytesOf(600))).toBe("__proto__");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(encoder.count("constructor __proto__")).toBeGreaterThan(1);
  });

  test("merges that name each other come to an end", () => {
    const vocab = { a: 0, b: 1, ab: 2, ba: 3, aba: 4, abab: 5 };
    const merges = ["a b", "b a", "ab a", "a ba", "ab ab", "a b"];
    const encoder = encoderOf("byte-level", { model: { vocab, merges }, pre_tokenizer: null });
    expect(encoder.count("ab".repeat(1_000))).toBeLessThanOrEqual(1_000);
  });
});

const folder = process.env.TOKENIZER_FILES ?? "";
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".json"))
  : [];

describe("real files", () => {
  test("each file counts as another implementation does", ({ skip, annotate }) => {
    if (files.length === 0) skip("TOKENIZER_FILES names no folder with tokenizer.json files");
    for (const name of files) {
      const bytes = readFileSync(join(folder, name));
      const { encoder } = parseTokenizer(bytes, { specialTokens: "control" });
      const oracle = new Tokenizer(JSON.parse(bytes.toString("utf8")) as object, {});
      const differing = randomTexts(10, 300).filter(
        (text) =>
          encoder.encode(text).join() !==
          oracle.encode(text, { add_special_tokens: false }).ids.join(),
      );
      expect(differing, name).toEqual([]);
    }
    void annotate(`${files.length} files`);
  });
});
