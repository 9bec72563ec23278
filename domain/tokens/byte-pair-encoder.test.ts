import { describe, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { testEncoder } from "@/fixtures/test-encoder";
import { differenceFromTiktoken } from "@/fixtures/tiktoken-oracle";
import { fuzzText, tokenCorpora, unbrokenTexts } from "@/fixtures/token-texts";
import { encodings } from "./encodings";
import { EncodingStopped } from "./token-encoder";

const SEED = 20_261_124;
const FUZZ_TEXTS_AN_ENCODING = 12_500;
const FUZZ_LIMIT_MS = 120_000;
const corpora = tokenCorpora(seededRandom(SEED));
const everything = Object.values(corpora).join("\n");

/** Of <|endoftext|>, which stands in no text. */
const specialIds = {
  cl100k_base: 100_257,
  o200k_base: 199_999,
  p50k_base: 50_256,
  r50k_base: 50_256,
};

describe.each(encodings)("%s", (encoding) => {
  const encoder = testEncoder(encoding);

  test.each(Object.entries(corpora))("encodes as tiktoken: %s", (_name, text) => {
    expect(differenceFromTiktoken(encoder, encoding, text)).toBeNull();
  });

  test(
    `encodes ${FUZZ_TEXTS_AN_ENCODING} hostile texts as tiktoken`,
    { timeout: FUZZ_LIMIT_MS },
    () => {
      const random = seededRandom(SEED);
      const differences = [];
      for (let index = 0; index < FUZZ_TEXTS_AN_ENCODING; index += 1) {
        const difference = differenceFromTiktoken(encoder, encoding, fuzzText(random));
        if (difference) differences.push(difference);
      }
      expect(differences.slice(0, 3)).toEqual([]);
    },
  );

  test.each(Object.entries(unbrokenTexts))("encodes 3,000 %s as tiktoken", (_name, make) => {
    const text = make(seededRandom(SEED), 3_000);
    expect(differenceFromTiktoken(encoder, encoding, text)).toBeNull();
  });

  test("the bytes of the tokens are the text's", () => {
    const bytes = Array.from(encoder.encode(everything), (id) => encoder.bytesOf(id));
    expect(Buffer.concat(bytes).equals(Buffer.from(everything, "utf8"))).toBe(true);
  });

  test("counts as it encodes, at the first time and from what it remembers", () => {
    const { length } = encoder.encode(everything);
    expect([encoder.count(everything), encoder.count(everything)]).toEqual([length, length]);
  });

  test("pieces: their last border and count are the text's, and every border can be a text's begin", () => {
    const text = Object.values(corpora)
      .map((corpus) => corpus.slice(0, 600))
      .join("\n");
    const whole = encoder.encode(text);
    const { ends, tokens } = encoder.countPieces(text);
    expect([ends.at(-1), tokens.at(-1)]).toEqual([text.length, whole.length]);
    const places = Array.from({ length: ends.length }, (_, place) => place).filter(
      (place) => place % 97 === 0,
    );
    for (const place of places) {
      const rest = encoder.encode(text.slice(ends[place]));
      expect(rest).toEqual(whole.slice(tokens[place]));
    }
  });

  test("an id that is no token is refused", () => {
    for (const id of [-1, 0.5, specialIds[encoding], 2 ** 31])
      expect(() => encoder.bytesOf(id)).toThrow(RangeError);
  });
});

describe("windows", () => {
  const encoder = testEncoder("o200k_base");
  const AROUND = 32_768; // units of a window

  test.each([
    ["a word", "word"],
    ["a contraction", "don't"],
    ["a run of spaces", `${" ".repeat(50)}x`],
    ["spaces before a newline", `${" ".repeat(20)}\n${" ".repeat(20)}y`],
    ["a surrogate pair", "🙂🙂"],
    ["half a pair", "\ud83d\ud83d"],
    ["a letter without case and capitals", "漢ABCDEFab"],
  ])("%s on the border between two is encoded as anywhere", (_name, text) => {
    for (let shift = -text.length - 2; shift <= 4; shift += 1) {
      const whole = `${"ab ".repeat(AROUND).slice(0, AROUND + shift)}${text} and more ${text}`;
      expect(differenceFromTiktoken(encoder, "o200k_base", whole)).toBeNull();
    }
  });

  test("a piece that is longer than several of them", () => {
    const text = `start ${"ab".repeat(70_000)} end`;
    const { ends, tokens } = encoder.countPieces(text);
    expect(ends).toEqual(Uint32Array.of(5, 140_006, 140_010));
    expect(tokens.at(-1)).toBe(encoder.encode(text).length);
  });
});

describe("the work grows as the text does", () => {
  const encoder = testEncoder("cl100k_base");
  const stepsOf = (text: string) => {
    const before = encoder.steps;
    encoder.count(text);
    return encoder.steps - before;
  };

  test.each(Object.entries(unbrokenTexts))(
    "%s: twice the text, not much more than twice the steps",
    (_name, make) => {
      const steps = [50_000, 100_000, 200_000, 400_000].map((length) =>
        stepsOf(make(seededRandom(SEED), length)),
      );
      const growth = steps.slice(1).map((count, index) => count / (steps[index] ?? 0));
      for (const factor of growth) expect(factor).toBeLessThan(2.3);
      expect((steps[1] ?? 0) / 100_000).toBeLessThan(100);
    },
  );

  test("more pieces than are remembered: the steps still grow as the text does", () => {
    const random = seededRandom(SEED);
    const words = (count: number) =>
      Array.from({ length: count }, () =>
        Array.from({ length: 12 }, () => String.fromCharCode(97 + random.below(26))).join(""),
      ).join(" ");
    const [few, many] = [words(20_000), words(160_000)];
    expect(stepsOf(many) / stepsOf(few)).toBeLessThan(9);
    expect(encoder.count(few)).toBe(encoder.encode(few).length);
  });
});

describe("stopping", () => {
  const encoder = testEncoder("cl100k_base");
  const stopAfter = (asks: number) => {
    let asked = 0;
    return {
      isStopped: () => {
        asked += 1;
        return asked > asks;
      },
    };
  };

  test.each([
    ["many pieces", "word ".repeat(100_000)],
    ["one huge piece", "ab".repeat(100_000)],
  ])("ends within %s, and the encoder is as before", (_name, text) => {
    const tokens = encoder.count(text);
    for (const asks of [0, 1, 5])
      expect(() => encoder.count(text, stopAfter(asks))).toThrow(EncodingStopped);
    expect(encoder.count(text, { isStopped: () => false })).toBe(tokens);
  });
});
