import { describe, expect, test, vi } from "vitest";
import type { ChatMessage } from "@/domain/tokens/prompt-section";
import type { ChatTemplate } from "@/domain/tokens/model-profile";
import { fakeTokens } from "@/fixtures/fake-tokens";
import { testEncoder } from "@/fixtures/test-encoder";
import { AppError } from "@/server/errors";
import { countBatch } from "./count-batch";
import { countPrompt } from "./count-prompt";
import { estimateParts } from "./estimate-parts";
import type { TokenServices } from "./token-services";

const encoder = testEncoder();
const { signal } = new AbortController();
const UUID = "00000000-0000-4000-8000-0000000000cc";
const count = (text: string) => encoder.count(text);

describe("texts", () => {
  test.each([
    [null, 0],
    ["", 0],
    ["Hello", 1],
    ["<|endoftext|>", count("<|endoftext|>")],
  ])("%j is %i tokens", async (text, tokens) => {
    const answer = await countPrompt(fakeTokens().context, { text }, signal);
    expect(answer).toEqual({
      tokens,
      sections: null,
      overheadTokens: null,
      method: {
        kind: "encoding",
        name: "cl100k_base",
        errorPercent: null,
        measuredCalls: 0,
        warning: null,
      },
    });
  });

  test("what the reference's tests pin", async () => {
    const { context } = fakeTokens();
    const tokensOf = async (text: string) => (await countPrompt(context, { text }, signal)).tokens;
    const fox = await tokensOf("The quick brown fox jumps over the lazy dog.");
    expect(fox).toBeGreaterThanOrEqual(8);
    expect(fox).toBeLessThanOrEqual(12);
    const sentences = await tokensOf("This is a test sentence. ".repeat(200));
    expect(sentences).toBeGreaterThanOrEqual(1_000);
    expect(sentences).toBeLessThanOrEqual(1_400);
    expect(await tokensOf("word ".repeat(10_000))).toBeGreaterThan(9_000);
  });

  test("many at once, each by itself; parts of an object by name", async () => {
    const { context } = fakeTokens();
    const batch = await countBatch(context, { texts: ["Hello", null, "Hello world", ""] }, signal);
    expect(batch).toMatchObject({ tokens: [1, 0, 2, 0], totalTokens: 3 });
    const parts = { weather: "Hello world", none: null };
    expect(await estimateParts(context, { parts }, signal)).toMatchObject({
      parts: [
        { name: "weather", tokens: 2 },
        { name: "none", tokens: 0 },
      ],
      totalTokens: 2,
    });
  });
});

test("sections add up to the whole; a token over a border belongs to the one behind", async () => {
  const texts = ["one wo", "rd here\n", "\n", "", "## Next\n"];
  const sections = texts.map((text, place) => ({ name: `s${place}`, text }));
  const answer = await countPrompt(fakeTokens().context, { sections }, signal);
  expect(answer.tokens).toBe(count(texts.join("")));
  const own = answer.sections?.map(({ tokens }) => tokens) ?? [];
  expect(own.reduce((sum, tokens) => sum + tokens, 0)).toBe(answer.tokens);
  expect(own).toEqual([1, 2, 1, 0, 3]); // one | word here | ⏎⏎ | | ## Next⏎
});

describe("chat messages", () => {
  const messages: ChatMessage[] = [
    { role: "system", content: "You are a guard. " },
    { role: "user", content: "Who is there?", name: "porch" },
    { role: "assistant", content: null },
  ];
  const contents = count("You are a guard. ") + count("Who is there?");
  // Each rendered by hand, `|` where a special token stands.
  const rendered: Record<ChatTemplate, { texts: string[]; special: number }> = {
    openai: {
      texts: ["system", "You are a guard. ", "user", "Who is there?", "porch", "assistant"],
      special: 3 * 3 + 1 + 3,
    },
    chatml: {
      texts: [
        "system\nYou are a guard. ",
        "\n",
        "user\nWho is there?",
        "\n",
        "assistant\n",
        "\n",
        "assistant\n",
      ],
      special: 3 * 2 + 1,
    },
    llama3: {
      texts: [
        "system",
        "\n\nYou are a guard.",
        "user",
        "\n\nWho is there?",
        "assistant",
        "\n\n",
        "assistant",
        "\n\n",
      ],
      special: 1 + 3 * 3 + 2,
    },
    none: { texts: ["You are a guard. ", "Who is there?"], special: 0 },
  };
  test.each(Object.entries(rendered))("as %s renders them", async (name, { texts, special }) => {
    const chatTemplate = name as ChatTemplate;
    const { context } = fakeTokens({ profile: { chatTemplate } });
    const answer = await countPrompt(context, { messages }, signal);
    const tokens = special + texts.reduce((sum, text) => sum + count(text), 0);
    expect(answer).toMatchObject({ tokens, overheadTokens: tokens - contents, sections: null });
  });
});

describe("what is counted with", () => {
  const server = { kind: "server", serverId: UUID, fallback: "o200k_base" } as const;
  const tokenizer = { kind: "tokenizer", tokenizerId: UUID } as const;
  const text = "naïve 中文 text";

  test("an encoding that is named goes before the profile's; an unknown one is cl100k_base, and says so", async () => {
    const { context } = fakeTokens({ profile: { counting: server } });
    const named = await countPrompt(context, { text, encoding: "r50k_base" }, signal);
    expect(named).toMatchObject({
      tokens: testEncoder("r50k_base").count(text),
      method: { kind: "encoding", name: "r50k_base", warning: null },
    });
    const unknown = await countPrompt(context, { text, encoding: "invalid_encoding_xyz" }, signal);
    expect(unknown).toMatchObject({
      tokens: count(text),
      method: {
        name: "cl100k_base",
        warning: 'The encoding "invalid_encoding_xyz" is not known: counted with cl100k_base.',
      },
    });
  });

  test("a model that no profile has is counted by the default one, and says so", async () => {
    const { context } = fakeTokens();
    const { method } = await countPrompt(context, { text, model: "gpt-9" }, signal);
    expect(method.warning).toBe(
      'No profile has the model "gpt-9": the profile llama-3-8b is used.',
    );
  });

  test("a model server, each text sent once and the empty one never", async () => {
    const asked: string[][] = [];
    const modelServers: TokenServices["modelServers"] = {
      count(_id, texts) {
        asked.push([...texts]);
        return Promise.resolve({
          tokens: texts.map(({ length }) => length),
          name: "llama at 8080",
        });
      },
    };
    const { context } = fakeTokens({ profile: { counting: server }, modelServers });
    const answer = await countBatch(context, { texts: ["ab", "", "ab", "c"] }, signal);
    expect(answer.tokens).toEqual([2, 0, 2, 1]);
    expect(answer.method).toMatchObject({ kind: "server", name: "llama at 8080", warning: null });
    expect(asked).toEqual([["ab", "c"]]);
  });

  test("a server that fails is stood in for by the profile's fallback, never silently", async () => {
    for (const [error, sentence] of [
      [
        new AppError("UPSTREAM", "llama at 8080 did not answer in 5 s."),
        "llama at 8080 did not answer in 5 s.",
      ],
      [new Error("connect ECONNREFUSED 10.0.0.7:8080"), "The model server could not count."],
    ] as const) {
      const modelServers = { count: () => Promise.reject(error) };
      const { context } = fakeTokens({ profile: { counting: server }, modelServers });
      const answer = await countPrompt(context, { text }, signal);
      expect(answer).toMatchObject({
        tokens: testEncoder("o200k_base").count(text),
        method: {
          kind: "encoding",
          name: "o200k_base",
          warning: `${sentence} Counted with o200k_base instead.`,
        },
      });
    }
  });

  test("a tokenizer that is gone is stood in for, too, and at last by an estimate", async () => {
    const tokenizers = {
      vocabularyOf: () => Promise.reject(new AppError("NOT_FOUND", "There is no such tokenizer.")),
    };
    const gone = fakeTokens({ profile: { counting: tokenizer }, tokenizers });
    expect((await countPrompt(gone.context, { text }, signal)).method).toMatchObject({
      kind: "encoding",
      warning: "There is no such tokenizer. Counted with cl100k_base instead.",
    });
    const broken = () => Promise.reject(new AppError("UNAVAILABLE", "The worker has failed."));
    const workers = { ...gone.context.workers, count: broken, countPieces: broken };
    const none = fakeTokens({ workers });
    expect(await countPrompt(none.context, { text: "12345678" }, signal)).toMatchObject({
      tokens: 2,
      method: {
        kind: "estimate",
        name: "characters",
        warning: "The worker has failed. Counted with a quarter of the characters instead.",
      },
    });
  });

  test("a crowd is told so, and who has left is not counted for by another", async () => {
    const crowded = () => Promise.reject(new AppError("TOO_MANY", "Too many texts wait."));
    const { context } = fakeTokens();
    const workers = { ...context.workers, count: crowded };
    const busy = fakeTokens({ workers }).context;
    await expect(countPrompt(busy, { text }, signal)).rejects.toThrow("Too many texts wait.");
    const count = vi.fn((_id: string, _texts: readonly string[], { reason }: AbortSignal) =>
      Promise.reject(reason as Error),
    );
    const left = fakeTokens({ profile: { counting: server }, modelServers: { count } }).context;
    const leaving = AbortSignal.abort(new Error("left"));
    await expect(countPrompt(left, { text }, leaving)).rejects.toThrow("left");
  });

  test("tells how far off it was, by what reports have told of the model", async () => {
    const errorOf = vi.fn(() => ({ errorPercent: -1.5, calls: 12 }));
    const { context } = fakeTokens({ errors: { errorOf } });
    const { method } = await countPrompt(context, { text, model: "llama-3-8b" }, signal);
    expect(method).toMatchObject({ errorPercent: -1.5, measuredCalls: 12 });
    expect(errorOf).toHaveBeenCalledWith("llama-3-8b", { kind: "encoding", name: "cl100k_base" });
  });
});
