import { describe, expect, test } from "vitest";
import { keyActor, userActor } from "@/fixtures/actors";
import { fakeTokens } from "@/fixtures/fake-tokens";
import { testEncoder } from "@/fixtures/test-encoder";
import type { Actor } from "@/server/policy/policy";
import { readBudget } from "./read-budget";
import type { Caller } from "./record-prompt";
import { validatePrompt } from "./validate-prompt";

const encoder = testEncoder();
/** So many tokens exactly. */
const words = (tokens: number) => "word" + " word".repeat(tokens - 1);
const NOW = 1_780_000_000_000;
const callerOf = (actor: Actor): Caller => ({
  actor,
  requestId: "request-1",
  nowMs: () => NOW,
  signal: new AbortController().signal,
});
const service = callerOf(keyActor("ingest"));

test("the profile is that of the service: as it is named, else as the key is called", async () => {
  const asked: (string | undefined)[] = [];
  const plain = fakeTokens().context.models;
  const models: typeof plain = {
    effective(wanted) {
      asked.push(wanted.service);
      return plain.effective(wanted);
    },
  };
  const { context, records } = fakeTokens({ models });
  await validatePrompt(context, { text: "Hello" }, service);
  await validatePrompt(context, { text: "Hello", service: "porch" }, service);
  expect(asked).toEqual([service.actor.name, "porch"]);
  expect(records.map(({ record }) => record.service)).toEqual(asked);
});

describe("borders: 2,560 of 4,096 are available, warning from 0.8 on", () => {
  test.each([
    [2_047, "ok"],
    [2_048, "warning"], // exactly at the threshold
    [2_049, "warning"],
    [2_560, "warning"], // exactly what is available
    [2_561, "over"],
  ])("%i tokens are %s", async (tokens, outcome) => {
    const { context } = fakeTokens();
    const answer = await validatePrompt(context, { text: words(tokens) }, service);
    expect(answer).toMatchObject({
      outcome,
      isValid: outcome !== "over",
      promptTokens: tokens,
      availableTokens: 2_560,
      contextWindow: 4_096,
      maxOutputTokens: 1_536,
      utilization: tokens / 2_560,
    });
    expect(answer.warning === null).toBe(outcome !== "warning");
    expect(answer.error === null).toBe(outcome !== "over");
  });

  test("a threshold that falls between two tokens is compared unrounded", async () => {
    const { context } = fakeTokens({
      profile: { contextWindow: 3, maxOutputTokens: 0, warningThreshold: 0.5 },
    });
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((tokens) => validatePrompt(context, { text: words(tokens) }, service)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["ok", "warning", "warning", "over"]);
  });

  test("the sentences", async () => {
    const { context } = fakeTokens();
    expect((await validatePrompt(context, { text: words(2_130) }, service)).warning).toBe(
      "High context utilization: 83.2 % (2,130 of 2,560 tokens)",
    );
    expect((await validatePrompt(context, { text: words(2_563) }, service)).error).toBe(
      "The prompt exceeds the context: it has 2,563 tokens, and 2,560 are available (a window of 4,096, of which 1,536 are reserved for the answer). Leave out 3 or more, or truncate it.",
    );
  });
});

describe("what the reference's tests pin", () => {
  const validate = (window: number, output: number, text: string) =>
    validatePrompt(
      fakeTokens({ profile: { contextWindow: window, maxOutputTokens: output } }).context,
      { text },
      service,
    );

  test("short, too long, high", async () => {
    expect(await validate(4_096, 1_024, "short")).toMatchObject({ isValid: true, error: null });
    const long = await validate(500, 100, "This is a test. ".repeat(200));
    expect(long.isValid).toBe(false);
    expect(long.error).toContain("exceeds");
    const high = await validate(4_096, 1_024, "word ".repeat(2_500));
    expect(high.isValid).toBe(true);
    expect(high.warning?.toLowerCase()).toContain("high context utilization");
    expect((await validate(4_096, 1_024, "word ".repeat(10_000))).isValid).toBe(false);
  });

  test("the answer's share can be another for one call, and 0 is not unset", async () => {
    const { context } = fakeTokens({ profile: { maxOutputTokens: 1_024 } });
    const available = async (maxOutputTokens?: number) =>
      (
        await validatePrompt(
          context,
          { text: "a", ...(maxOutputTokens !== undefined && { maxOutputTokens }) },
          service,
        )
      ).availableTokens;
    expect(await available(2_048)).toBe(2_048);
    expect(await available(0)).toBe(4_096);
    expect(await available()).toBe(3_072);
  });

  test.each([4_096, 5_000])("an answer of %i of 4,096 leaves nothing", async (maxOutputTokens) => {
    const { context } = fakeTokens();
    await expect(
      validatePrompt(context, { text: "a", maxOutputTokens }, service),
    ).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(/^maxOutputTokens: .*must be less than/) as string,
    });
    await expect(readBudget(context, { maxOutputTokens })).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  test("the budget: 4,096, 1,024, 0.8", async () => {
    const { context } = fakeTokens({ profile: { maxOutputTokens: 1_024 } });
    expect(await readBudget(context, {})).toMatchObject({
      contextWindow: 4_096,
      maxOutputTokens: 1_024,
      availableForPrompt: 3_072,
      warningThreshold: 2_457,
    });
    const shared = fakeTokens({
      profile: { contextWindow: 32_768, parallelSlots: 2, maxOutputTokens: 1_024 },
    });
    expect(await readBudget(shared.context, { maxOutputTokens: 0 })).toMatchObject({
      contextWindow: 16_384,
      availableForPrompt: 16_384,
    });
  });
});

describe("the record", () => {
  const text = `Be brief.\n\n## Weather Context\n${"rain ".repeat(20)}\n## Scene Analysis\nporch\n`;

  test("has what was asked, under the caller's id, and each section of a text", async () => {
    const { context, records } = fakeTokens();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const input = { text, service: "analyzer", requestId: "call-7", traceId };
    const answer = await validatePrompt(context, input, service);
    expect(answer).toMatchObject({ requestId: "call-7", recorded: true, sections: null });
    expect(records).toHaveLength(1);
    expect(records[0]?.text).toBe(text);
    expect(records[0]?.record).toMatchObject({
      ...{
        recordedAtMs: NOW,
        service: "analyzer",
        model: "llama-3-8b",
        requestId: "call-7",
        traceId,
      },
      ...{ keyId: keyActor("ingest").id, outcome: "ok", wasTruncated: false, removed: [] },
      ...{ tokens: encoder.count(text), finalTokens: encoder.count(text) },
      sections: [
        { name: "weather_context", priority: 0, required: false },
        { name: "scene_analysis", priority: 1, required: true },
      ],
    });
  });

  test("without these, the key's name and the request's id; a model that is not known keeps its name", async () => {
    const { context, records } = fakeTokens();
    const messages = [{ role: "user", content: "hi" }];
    await validatePrompt(context, { messages, model: "gpt-9" }, service);
    expect(records[0]).toMatchObject({
      record: { service: "ingest key", requestId: "request-1", model: "gpt-9", sections: null },
      text: "user: hi",
    });
  });

  test.each([
    ["an ingest key", keyActor("ingest"), true],
    ["an operator", userActor("operator"), true],
    ["a viewer", userActor("viewer"), false],
    ["a read key", keyActor("read"), false],
  ])("%s: recorded and logged %s", async (_name, actor, isRecorded) => {
    const { context, records, lines } = fakeTokens();
    const answer = await validatePrompt(context, { text: words(2_100) }, callerOf(actor));
    expect(answer.recorded).toBe(isRecorded);
    expect(records).toHaveLength(isRecorded ? 1 : 0);
    expect(lines).toHaveLength(isRecorded ? 1 : 0);
  });

  test("the key of INITIAL_ADMIN_KEY_FILE: recorded without a key, as no row has its id", async () => {
    const { context, records } = fakeTokens();
    const actor = { ...keyActor("admin"), id: "initial-admin-key-1" };
    const answer = await validatePrompt(context, { text: "a" }, callerOf(actor));
    expect(answer.recorded).toBe(true);
    expect(records[0]?.record.keyId).toBeNull();
  });

  test("one line a high validation, without the text", async () => {
    const { context, lines } = fakeTokens();
    for (const tokens of [10, 2_048, 2_600])
      await validatePrompt(context, { text: words(tokens) }, service);
    expect(lines.map(([, message]) => message)).toEqual(
      Array.from({ length: 2 }, () => "High context utilization"),
    );
    expect(lines.map(([fields]) => fields)).toMatchObject([
      {
        tokens: 2_048,
        outcome: "warning",
        promptRequestId: "request-1",
        promptService: "ingest key",
      },
      { tokens: 2_600, outcome: "over" },
    ]);
    expect(JSON.stringify(lines)).not.toContain("word");
  });

  test("a ledger that could not store it is told of", async () => {
    const { context } = fakeTokens({ ledger: { record: () => Promise.resolve(false) } });
    expect(await validatePrompt(context, { text: "a" }, service)).toMatchObject({
      recorded: false,
      isValid: true,
    });
  });
});
