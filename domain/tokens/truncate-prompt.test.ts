import { describe, expect, test } from "vitest";
import { type SeededRandom, seededRandom } from "@/fixtures/seeded-random";
import { countingWith, testEncoder } from "@/fixtures/test-encoder";
import { encodings } from "./encodings";
import { parseSections } from "./parse-sections";
import type { PromptPart } from "./prompt-part";
import { rankSections, removalOrder } from "./section-order";
import { defaultSectionPriorities } from "./section-priorities";
import type { TokenEncoder } from "./token-encoder";
import { type Truncation, type TruncationOptions, truncatePrompt } from "./truncate-prompt";

const encoder = testEncoder();
const priorities = defaultSectionPriorities.map((name) => ({ name }));
const usual: TruncationOptions = {
  maxTokens: 50,
  priorities,
  markRemoved: false,
  suffix: "...[truncated]",
};
const truncate = (text: string, options: Partial<TruncationOptions> = {}) =>
  truncatePrompt(parseSections(text), { ...usual, ...options }, countingWith(encoder));
const section = (name: string, words: number, more: Partial<PromptPart> = {}): PromptPart => ({
  name,
  text: `## ${name}\n${"word ".repeat(words)}\n`,
  ...more,
});

describe("what the reference's tests pin", () => {
  test("a long text becomes 50 tokens and ends with the suffix, its own or another", async () => {
    for (const suffix of ["...[truncated]", " [cut]"]) {
      const { text, finalTokens, wasCut } = await truncate("word ".repeat(500), { suffix });
      expect(text.endsWith(suffix)).toBe(true);
      expect(finalTokens).toBeLessThanOrEqual(50);
      expect(finalTokens).toBeGreaterThan(45);
      expect(encoder.count(text)).toBe(finalTokens);
      expect(wasCut).toBe(true);
    }
  });

  test("what fits stays, and nothing stays nothing", async () => {
    expect(await truncate("word word")).toMatchObject({ text: "word word", removed: [] });
    expect(await truncate("")).toEqual({
      text: "",
      originalTokens: 0,
      finalTokens: 0,
      removed: [],
      wasCut: false,
    });
  });

  test("four sections in 50 tokens: at least one goes, and the rest fits", async () => {
    const text = ["Depth Context", "Pose Analysis", "Zone Analysis", "Scene Analysis"]
      .map((title) => `## ${title}\n${"some words of it ".repeat(10)}\n`)
      .join("\n");
    const { removed, finalTokens } = await truncate(text);
    expect(removed.length).toBeGreaterThanOrEqual(1);
    expect(finalTokens).toBeLessThanOrEqual(50);
  });

  test("Zone Analysis before Depth Context, a little too long: depth_context goes", async () => {
    const text = `## Zone Analysis\n${"a porch ".repeat(20)}\n\n## Depth Context\n${"far ".repeat(20)}\n`;
    const { removed, text: left } = await truncate(text, { maxTokens: encoder.count(text) - 5 });
    expect(removed.map(({ name }) => name)).toEqual(["depth_context"]);
    expect(left).toContain("Zone Analysis");
  });

  test("the default list: the least useful first, the core last, none twice", () => {
    expect(defaultSectionPriorities.slice(0, 5)).toEqual(
      expect.arrayContaining(["depth_context", "pose_analysis", "action_recognition"]),
    );
    expect(defaultSectionPriorities.slice(-3)).toEqual(
      expect.arrayContaining(["detections_with_all_attributes", "scene_analysis"]),
    );
    expect(new Set(defaultSectionPriorities).size).toBe(16);
  });
});

describe("what goes", () => {
  const three = [
    section("scene_analysis", 30),
    section("depth_context", 30),
    section("unknown", 30),
  ];
  const names = async (parts: PromptPart[], options: Partial<TruncationOptions>) =>
    (await truncatePrompt(parts, { ...usual, ...options }, countingWith(encoder))).removed.map(
      ({ name }) => name,
    );

  test("the lowest first, no more than needed; what no list knows comes last", async () => {
    const total = encoder.count(three.map(({ text }) => text).join(""));
    expect(await names(three, { maxTokens: total - 1 })).toEqual(["depth_context"]);
    expect(await names(three, { maxTokens: total - 40 })).toEqual([
      "depth_context",
      "scene_analysis",
    ]);
    expect(await names(three, { maxTokens: 3 })).toEqual([
      "depth_context",
      "scene_analysis",
      "unknown",
    ]);
  });

  test("a priority of its own goes before the list, and of equal ones the later goes first", async () => {
    const parts = [
      section("depth_context", 30, { priority: 9 }),
      section("b", 30, { priority: 1 }),
      section("c", 30, { priority: 1 }),
    ];
    expect(await names(parts, { maxTokens: 3 })).toEqual(["c", "b", "depth_context"]);
  });

  test("what is required stays: by itself, by the list, as an instruction", async () => {
    const parts = [
      section("depth_context", 30, { required: true }),
      section("zone_analysis", 30),
      section("output_format", 30),
      section("scene_analysis", 30),
    ];
    const list = [{ name: "Zone Analysis", required: true }];
    expect(await names(parts, { maxTokens: 3, priorities: list })).toEqual(["scene_analysis"]);
    // Whoever says otherwise is right.
    const free = [section("output_format", 30, { required: false }), section("x", 30)];
    expect(await names(free, { maxTokens: 3 })).toEqual(["x", "output_format"]);
  });

  test("instructions before the first heading are never removed, only cut when all else is gone", async () => {
    const text = `Answer in JSON.\n\n## Depth Context\n${"far ".repeat(100)}\n`;
    const whole = await truncate(text, { maxTokens: 10 });
    expect(whole).toMatchObject({ text: "Answer in JSON.\n\n", wasCut: false });
    const cut = await truncate(text, { maxTokens: 2, suffix: "" });
    expect(cut).toMatchObject({ text: "Answer in", wasCut: true, finalTokens: 2 });
  });

  test("headings of a real prompt go by what they are, not by how they are called", () => {
    const titles = [
      "Zone Analysis",
      "Environmental Context",
      "Re-Identification",
      "Spatial Context",
    ];
    const parts = titles.map((title) => ({ name: title, text: "x" }));
    expect(removalOrder(rankSections(parts, priorities)).map(({ name }) => name)).toEqual([
      "Spatial Context",
      "Environmental Context",
      "Re-Identification",
      "Zone Analysis",
    ]);
  });

  test("says what each saved; together with what is left it is the whole", async () => {
    const counter = countingWith(encoder);
    const options = { ...usual, maxTokens: 40 };
    const { removed, originalTokens, finalTokens } = await truncatePrompt(three, options, counter);
    const saved = removed.reduce((sum, { savedTokens }) => sum + savedTokens, 0);
    expect(removed).toHaveLength(2);
    expect(originalTokens - saved).toBe(finalTokens);
  });
});

describe("lines for what is gone", () => {
  const parts = [section("depth_context", 30), section("scene_analysis", 5)];

  test("stand in its place, and their tokens are counted", async () => {
    const counter = countingWith(encoder);
    const options = { ...usual, maxTokens: 30, markRemoved: true };
    const result = await truncatePrompt(parts, options, counter);
    expect(result.text).toBe(`[Depth Context: removed]\n${parts[1]?.text ?? ""}`);
    expect(result.finalTokens).toBe(encoder.count(result.text));
    expect(result.removed).toEqual([
      { name: "depth_context", savedTokens: result.originalTokens - result.finalTokens },
    ]);
  });

  test("are left out where nothing else helps", async () => {
    const counter = countingWith(encoder);
    const rest = encoder.count(parts[1]?.text ?? "");
    const result = await truncatePrompt(
      parts,
      { ...usual, maxTokens: rest, markRemoved: true },
      counter,
    );
    expect(result).toMatchObject({ text: parts[1]?.text, finalTokens: rest, wasCut: false });
  });

  test("a section that is shorter than its line stays", async () => {
    const short = [{ name: "depth_context", text: "far\n" }, ...parts.slice(1)];
    const total = encoder.count(short.map(({ text }) => text).join(""));
    const options = { ...usual, maxTokens: total - 1, markRemoved: true };
    const result = await truncatePrompt(short, options, countingWith(encoder));
    expect(result.removed.map(({ name }) => name)).toEqual(["scene_analysis"]);
  });
});

describe("what is cut", () => {
  test("below the suffix there is no suffix, and of nothing nothing is left", async () => {
    expect(await truncate("word ".repeat(99), { maxTokens: 2 })).toMatchObject({
      text: "word word",
      finalTokens: 2,
    });
    expect(await truncate("word ".repeat(99), { maxTokens: 0 })).toMatchObject({
      text: "",
      finalTokens: 0,
      wasCut: true,
    });
  });

  test("one endless piece is cut within, and no emoji is halved", async () => {
    for (const text of ["a".repeat(20_000), "🟢".repeat(4_000), "中文字".repeat(3_000)]) {
      const result = await truncate(text, { maxTokens: 100 });
      expect(result.finalTokens).toBeLessThanOrEqual(100);
      expect(result.finalTokens).toBeGreaterThan(80);
      expect(result.text.isWellFormed()).toBe(true);
    }
  });

  test("special tokens are text, and no reason to fail", async () => {
    const result = await truncate("<|endoftext|> hello ".repeat(100));
    expect(result.finalTokens).toBeLessThanOrEqual(50);
  });
});

test("costs little: sixteen sections are not counted again for each that goes", async () => {
  const parts = defaultSectionPriorities.map((name) => section(name, 400));
  const characters = parts.reduce((sum, { text }) => sum + text.length, 0);
  const counter = countingWith(encoder);
  const { removed } = await truncatePrompt(parts, { ...usual, maxTokens: 2_500 }, counter);
  expect(removed.length).toBeGreaterThan(8);
  // The whole at the end is counted once more; all the rest together is a few words a section.
  expect(counter.asked.characters).toBeLessThan(characters / 2 + 16 * 200);
});

test("sections that run into each other are not counted again for each that goes, either", async () => {
  const parts = Array.from({ length: 100 }, (_, at) => ({ name: `s${at}`, text: "ab".repeat(50) }));
  for (const markRemoved of [false, true]) {
    const counter = countingWith(encoder);
    const options = { ...usual, maxTokens: 600, markRemoved };
    const { removed, finalTokens, wasCut } = await truncatePrompt(parts, options, counter);
    expect(removed.length).toBeGreaterThan(50);
    expect([finalTokens <= 600, wasCut]).toEqual([true, false]);
    expect(counter.asked.characters).toBeLessThan(12 * 100 * 100);
  }
});

test("a counter that knows whole texts only is asked a few times", async () => {
  const parts = defaultSectionPriorities.map((name) => section(name, 100));
  const counter = countingWith(encoder, { hasPieces: false });
  const options = { ...usual, maxTokens: 800 };
  const result = await truncatePrompt(parts, options, counter);
  const exact = await truncatePrompt(parts, options, countingWith(encoder));
  expect(result.text).toBe(exact.text);
  expect(result.removed.map(({ name }) => name)).toEqual(exact.removed.map(({ name }) => name));
  expect(counter.asked.calls).toBeLessThanOrEqual(5);
  const saved = result.removed.reduce((sum, { savedTokens }) => sum + savedTokens, 0);
  expect(result.originalTokens - saved).toBe(result.finalTokens);
});

describe("Z5: whatever it is given", () => {
  const texts = [
    "word ",
    " a",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "The zone, at 12:30. ",
    "don't ",
    "中文",
    "🟢👩‍👩‍👧",
    "é\u0301",
    "ABCdef",
    "!!\n",
    "//\n/",
    "1234567",
    "\ud83d",
    "\udfe2",
    "<|endoftext|>",
    "\r\n",
    "\u00a0x",
    "aaaaaaaaaaaaaaaa",
  ];
  const sectionNames = [...defaultSectionPriorities, "notes", "output_format", "Other Thing"];
  const pick = <Value>(random: SeededRandom, values: readonly Value[]) =>
    values[random.below(values.length)] as Value;
  const someText = (random: SeededRandom, most: number) =>
    Array.from({ length: random.below(most) }, () => pick(random, texts)).join("");

  function someParts(random: SeededRandom): PromptPart[] {
    if (random.below(3) === 0)
      return parseSections(
        Array.from({ length: random.below(6) }, () => {
          const title = `\n## ${pick(random, sectionNames)}\n`;
          return (random.below(3) === 0 ? "" : title) + someText(random, 12);
        }).join(""),
      );
    return Array.from({ length: random.below(8) }, (_, place): PromptPart => {
      const name = place > 0 || random.below(2) === 0 ? pick(random, sectionNames) : null;
      return {
        name,
        text: someText(random, 15),
        ...(random.below(4) === 0 && { required: random.below(2) === 0 }),
        ...(random.below(4) === 0 && { priority: random.below(4) }),
      };
    });
  }

  const halves = (text: string) =>
    text.length -
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
      .length;

  /** In words; null when all is as it must be. */
  function whatIsWrong(done: {
    parts: readonly PromptPart[];
    options: TruncationOptions;
    result: Truncation;
    encoder: TokenEncoder;
  }): string | null {
    const { parts, options, result } = done;
    const { maxTokens } = options;
    const text = parts.map((part) => part.text).join("");
    const last = result.removed.at(-1);
    // A sender may have split a code point between two sections.
    const given = parts.reduce((sum, part) => sum + halves(part.text), 0);
    const faults: Record<string, boolean> = {
      "the original count is wrong": result.originalTokens !== done.encoder.count(text),
      "the final count is wrong": result.finalTokens !== done.encoder.count(result.text),
      "does not fit": result.finalTokens > maxTokens,
      "was changed": result.originalTokens <= maxTokens && result.text !== text,
      "a code point was split": halves(result.text) > given,
      "one too many went":
        last !== undefined &&
        !options.markRemoved &&
        !result.wasCut &&
        result.finalTokens + last.savedTokens <= maxTokens,
      "not in the order of priority": !isInOrder(parts, result),
    };
    return Object.keys(faults).find((fault) => faults[fault]) ?? null;
  }

  function isInOrder(parts: readonly PromptPart[], { removed }: Truncation): boolean {
    const order = removalOrder(rankSections(parts, priorities)).map(({ name }) => name);
    let at = -1;
    return removed.every(({ name }) => (at = order.indexOf(name, at + 1)) >= 0);
  }

  test(
    "100,000 prompts fit, lose the least first, split no code point, and stay as they are",
    { timeout: 180_000 },
    async () => {
      const random = seededRandom(20_261_124);
      const counters = encodings.map((name) => ({
        encoder: testEncoder(name),
        exact: countingWith(testEncoder(name)),
        whole: countingWith(testEncoder(name), { hasPieces: false }),
      }));
      for (let round = 0; round < 100_000; round++) {
        const { encoder: one, exact, whole } = pick(random, counters);
        const counter = random.below(8) === 0 ? whole : exact;
        const parts = someParts(random);
        const text = parts.map((part) => part.text).join("");
        const originalTokens = one.count(text);
        const options = {
          maxTokens: random.below(originalTokens + 2),
          priorities,
          markRemoved: random.below(3) === 0,
          suffix: pick(random, ["...[truncated]", "", "…", "🟢"]),
        };
        const result = await truncatePrompt(parts, options, counter);
        const wrong = whatIsWrong({ parts, options, result, encoder: one });
        const again = await truncatePrompt([{ name: null, text: result.text }], options, counter);
        const isSame = again.text === result.text && again.removed.length === 0;
        if (wrong !== null || !isSame)
          throw new Error(JSON.stringify({ round, wrong, isSame, parts, options, result }));
      }
      expect(random.seed).toBe(20_261_124);
    },
  );
});
