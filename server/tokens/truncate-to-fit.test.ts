import { describe, expect, test } from "vitest";
import { TruncateRequest } from "@/domain/tokens/count-request";
import { keyActor, userActor } from "@/fixtures/actors";
import { fakeTokens } from "@/fixtures/fake-tokens";
import { testEncoder } from "@/fixtures/test-encoder";
import { AppError } from "@/server/errors";
import type { Caller } from "./record-prompt";
import type { TokenServices } from "./token-services";
import { truncateToFit } from "./truncate-to-fit";

const encoder = testEncoder();
const service: Caller = {
  actor: keyActor("ingest"),
  requestId: "request-1",
  nowMs: () => 1_780_000_000_000,
  signal: new AbortController().signal,
};
const text = `Be brief.\n\n## Weather Context\n${"rain ".repeat(40)}\n## Scene Analysis\nporch\n`;
const ask = (input: object) => TruncateRequest.parse(input);

test("a section goes, and that is recorded with what it saved", async () => {
  const { context, records } = fakeTokens();
  const answer = await truncateToFit(context, ask({ text, maxTokens: 30 }), service);
  expect(answer).toMatchObject({
    text: "Be brief.\n\n## Scene Analysis\nporch\n",
    originalTokens: encoder.count(text),
    maxTokens: 30,
    wasTruncated: true,
    wasCut: false,
    reason: null,
    recorded: true,
  });
  expect(answer.finalTokens).toBe(encoder.count(answer.text));
  expect(records[0]?.text).toBe(text);
  expect(records[0]?.record).toMatchObject({
    tokens: answer.originalTokens,
    finalTokens: answer.finalTokens,
    // Of the profile: a limit of the caller's own says nothing of how full the context is.
    availableTokens: 2_560,
    utilization: answer.originalTokens / 2_560,
    outcome: "ok",
    wasTruncated: true,
    removed: [{ name: "weather_context" }],
    sections: [{ name: "weather_context" }, { name: "scene_analysis", required: true }],
  });
});

test("the list of the request goes before the profile's, and the window of the profile is the usual bound", async () => {
  const { context } = fakeTokens();
  const priorities = [{ name: "scene_analysis" }, { name: "Weather Context", required: true }];
  const other = await truncateToFit(context, ask({ text, maxTokens: 52, priorities }), service);
  expect(other.removed.map(({ name }) => name)).toEqual(["scene_analysis"]);
  expect((await truncateToFit(context, ask({ text }), service)).maxTokens).toBe(2_560);
});

test("sections with lines for what is gone", async () => {
  const sections = [
    { name: "depth_context", text: `far ${"away ".repeat(40)}\n` },
    { name: "answer", text: "Answer.", required: true },
  ];
  const { context } = fakeTokens();
  const input = ask({ sections, maxTokens: 12, markRemoved: true });
  expect((await truncateToFit(context, input, service)).text).toBe(
    "[Depth Context: removed]\nAnswer.",
  );
});

describe("switched off", () => {
  test.each([
    ["for all", { contextTruncationEnabled: false }, "by CONTEXT_TRUNCATION_ENABLED"],
    ["for the profile", { profile: { truncationEnabled: false } }, "in the profile llama-3-8b"],
  ])("%s: the text comes back as it is, with the reason", async (_name, given, reason) => {
    const { context, records } = fakeTokens(given);
    const answer = await truncateToFit(context, ask({ text, maxTokens: 30 }), service);
    expect(answer).toMatchObject({
      ...{ text, wasTruncated: false, wasCut: false, removed: [] },
      finalTokens: answer.originalTokens,
      reason: expect.stringContaining(reason) as string,
    });
    expect(records[0]?.record).toMatchObject({ wasTruncated: false, outcome: "ok" });
    const fitting = await truncateToFit(context, ask({ text, maxTokens: 300 }), service);
    expect(fitting).toMatchObject({ text, reason: null });
  });
});

test("nothing is left of a budget of 0, and that is no fault", async () => {
  const { context, records } = fakeTokens();
  const answer = await truncateToFit(context, ask({ text: "Hello", maxTokens: 0 }), service);
  expect(answer).toMatchObject({ text: "", finalTokens: 0, wasCut: true });
  expect(records[0]?.record).toMatchObject({ utilization: 1 / 2_560, outcome: "ok" });
  expect(await truncateToFit(context, ask({ text: null, maxTokens: 0 }), service)).toMatchObject({
    text: "",
    wasTruncated: false,
  });
});

test("a server that fails amid a truncation: all of it is done again with the fallback", async () => {
  let calls = 0;
  const modelServers: TokenServices["modelServers"] = {
    count: (_id, texts) =>
      ++calls > 2
        ? Promise.reject(new AppError("UPSTREAM", "The server went away."))
        : Promise.resolve({ tokens: texts.map(({ length }) => length), name: "llama" }),
  };
  const serverId = "00000000-0000-4000-8000-0000000000cc";
  const counting = { kind: "server", serverId, fallback: "cl100k_base" } as const;
  const { context, records } = fakeTokens({ modelServers, profile: { counting } });
  const answer = await truncateToFit(context, ask({ text, maxTokens: 30 }), service);
  expect(answer.originalTokens).toBe(encoder.count(text));
  expect(answer.method).toMatchObject({
    kind: "encoding",
    warning: "The server went away. Counted with cl100k_base instead.",
  });
  expect(records).toHaveLength(1);
});

test("who may only read gets a dry run", async () => {
  const { context, records } = fakeTokens();
  const viewer = { ...service, actor: userActor("viewer") };
  const answer = await truncateToFit(context, ask({ text, maxTokens: 30 }), viewer);
  expect(answer).toMatchObject({ wasTruncated: true, recorded: false });
  expect(records).toEqual([]);
});
