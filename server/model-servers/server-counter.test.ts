import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type FakeModelServer,
  json,
  llamaAnswers,
  startFakeModelServer,
  vllmAnswers,
} from "@/fixtures/fake-model-server";
import type { AskableServer, ModelServerStore, ServerObservation } from "./model-server-store";
import { ServerCounter, testSentence } from "./server-counter";

const SECRET = "canary-secret";
let fake: FakeModelServer;
let nowMs = 0;
let row: AskableServer | null;
let observed: ServerObservation[] = [];
let failures: string[] = [];
let counter: ServerCounter;
const warnings: object[] = [];

beforeEach(async () => {
  fake = await startFakeModelServer(llamaAnswers());
  row = { id: "1", name: "Box", kind: "llama.cpp", url: fake.url, model: null, secret: SECRET };
  observed = [];
  failures = [];
  nowMs = 0;
  counter = createCounter();
});
afterEach(() => fake.stop());

function createCounter(given: { withinMs?: number } = {}): ServerCounter {
  const store: Partial<ModelServerStore> = {
    readAskable: () => Promise.resolve(row),
    observed: (_server, observation) => {
      observed.push(observation);
      return Promise.resolve();
    },
    failed: (_server, message) => {
      failures.push(message);
      return Promise.resolve();
    },
  };
  return new ServerCounter({
    ...given,
    store: store as ModelServerStore,
    logger: { warn: (line: object) => void warnings.push(line) },
    nowMs: () => nowMs,
  });
}

function asVllm(model: string | null, answers = vllmAnswers()): void {
  row = row && { ...row, kind: "vllm", model };
  fake.answers = answers;
}
const count = (texts: string[], signal = new AbortController().signal) =>
  counter.count("1", texts, signal);
const paths = () => fake.asked.map(({ method, path }) => `${method} ${path}`);

/** The sentence with which it fails. */
async function failure(answers: Record<string, unknown> = {}): Promise<string> {
  Object.assign(fake.answers, answers);
  const error: unknown = await count(["one two"]).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "AppError", code: "UPSTREAM" });
  const { message } = error as Error;
  expect(message).toMatch(/^The model server Box .*\.$/);
  expect(message).not.toMatch(/127\.0\.0\.1|localhost|https?:|canary/);
  expect(failures).toEqual([message]);
  return message;
}

describe("llama.cpp", () => {
  test("counts the text alone, and tells its slots", async () => {
    expect(await count(["one two three", "", "one"])).toEqual({ tokens: [3, 0, 1], name: "Box" });
    expect(paths()).toEqual(["GET /props", "POST /tokenize", "POST /tokenize"]);
    expect(fake.asked[1]).toMatchObject({
      body: { content: "one two three", add_special: false, parse_special: false },
      headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
    });
    expect(observed).toEqual([
      { slotWindow: 8_192, parallelSlots: 4, model: "Llama-3.1-8B-Q4_K_M.gguf" },
    ]);
    expect(failures).toEqual([]);
  });

  test("one that has no /props, or says little there, counts all the same", async () => {
    delete fake.answers["/props"];
    expect((await count(["one two"])).tokens).toEqual([2]);
    counter.forget("1");
    fake.answers["/props"] = json({});
    expect((await count(["one two"])).tokens).toEqual([2]);
    const nothing = { slotWindow: null, parallelSlots: null, model: null };
    expect(observed).toEqual([nothing, nothing]);
  });

  test("another model than the one that is set", async () => {
    row = row && { ...row, model: "Llama-3.1-8B-Q4_K_M" };
    expect((await count(["one two"])).tokens).toEqual([2]);
    fake.answers["/props"] = json({ model_alias: "Qwen\u0000", model_path: "/m/qwen.gguf" });
    nowMs += 60_000;
    expect(await failure()).toBe(
      "The model server Box runs Qwen now, not Llama-3.1-8B-Q4_K_M: start it with that model, or set the model that it has.",
    );
    expect(paths().filter((path) => path === "POST /tokenize")).toHaveLength(1);
  });
});

describe("vLLM", () => {
  test("counts with the model that is set, or with the only one", async () => {
    asVllm("org/model");
    expect((await count(["one two"])).tokens).toEqual([2]);
    expect(fake.asked[1]?.body).toEqual({
      model: "org/model",
      prompt: "one two",
      add_special_tokens: false,
    });
    asVllm(null);
    expect((await count(["one two"])).tokens).toEqual([2]);
    expect(fake.asked.at(-1)?.body).toEqual({ prompt: "one two", add_special_tokens: false });
    const about = { slotWindow: 32_768, parallelSlots: null, model: "org/model" };
    expect(observed).toEqual([about, about]);
  });

  test("a model that it has not", async () => {
    asVllm("org/other");
    expect(await failure()).toContain("runs org/model now, not org/other");
  });

  test.each([
    ["no count", { tokens: [1, 2], max_model_len: 5 }, "not as this kind of server"],
    ["a negative count", { count: -1, tokens: [], max_model_len: 5 }, "not as this kind"],
    ["half a count", { count: 1.5, tokens: [1], max_model_len: 5 }, "not as this kind"],
    ["another count", { count: 3, tokens: [1, 2], max_model_len: 5 }, "counts other tokens than"],
    ["a count as text", { count: "2", tokens: [1, 2] }, "not as this kind"],
    ["nothing", null, "not as this kind"],
  ])("an answer with %s", async (_name, answer, sentence) => {
    asVllm("org/model", { ...vllmAnswers(), "/tokenize": json(answer) });
    expect(await failure()).toContain(sentence);
  });
});

describe("a server that is not well", () => {
  test.each([
    ["HTML", (_: unknown, res: ServerResponse) => void res.end("<html>"), "not JSON"],
    ["500", json({ error: "oops" }, 500), "answered 500"],
    ["404", json({}, 404), "does not know the address or the model (404)"],
    ["401", json({}, 401), "refused the secret (401)"],
    ["tokens that are no numbers", json({ tokens: ["a"] }), "not as this kind of server"],
    ["tokens that are none", json({ tokens: 2 }), "not as this kind of server"],
    [
      "more tokens than bytes",
      json({ tokens: Array.from({ length: 99 }, () => 1) }),
      "more tokens than",
    ],
    [
      "a huge answer",
      json({ tokens: Array.from({ length: 99_999 }, () => 1) }),
      "more than 65620 bytes",
    ],
    [
      "a redirect",
      (_: unknown, res: ServerResponse) =>
        void res.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      "redirect (302), which is not followed",
    ],
    [
      "a connection that breaks",
      (_: unknown, res: ServerResponse) => void res.socket?.destroy(),
      "closed the connection",
    ],
  ])("%s", async (_name, answer, sentence) => {
    expect(await failure({ "/tokenize": answer })).toContain(sentence);
  });

  test.each([
    ["/props is HTML", (_: unknown, res: ServerResponse) => void res.end("<html>"), "not JSON"],
    ["/props is 503", json({}, 503), "answered 503"],
    ["/props is nonsense", json({ total_slots: "four" }), "not as this kind of server"],
  ])("%s", async (_name, answer, sentence) => {
    expect(await failure({ "/props": answer })).toContain(sentence);
    expect(paths()).toEqual(["GET /props"]);
  });

  test.each(["/props", "/tokenize"])("%s hangs", async (path) => {
    counter = createCounter({ withinMs: 300 });
    expect(await failure({ [path]: () => undefined })).toContain("did not answer within 0.3 s");
  });

  test("after a slow failure nobody else waits for it, until its rest is over or it is changed", async () => {
    counter = createCounter({ withinMs: 300 });
    const slow = await failure({ "/tokenize": () => (nowMs += 5_000) });
    const asked = fake.asked.length;
    nowMs += 9_999;
    await expect(count(["one"])).rejects.toThrow(slow);
    expect(fake.asked).toHaveLength(asked);
    fake.answers = llamaAnswers();
    row = row && { ...row, secret: "another" };
    expect((await count(["one two"])).tokens).toEqual([2]);
    row = row && { ...row, secret: SECRET };
    nowMs += 1;
    expect((await count(["one two"])).tokens).toEqual([2]);
  });

  test("nobody there", async () => {
    await fake.stop();
    expect(await failure()).toContain("refused the connection");
  });

  test("it hangs, and nobody waits any more", async () => {
    fake.answers["/tokenize"] = () => undefined;
    const controller = new AbortController();
    const counting = count(["one", "two"], controller.signal);
    await expect.poll(() => paths().filter((path) => path === "POST /tokenize").length).toBe(2);
    controller.abort(new Error("left"));
    await expect(counting).rejects.toThrow();
    expect(failures).toEqual([]); // the server is not at fault
  });

  test("of a batch with one that fails, the others end", async () => {
    fake.answers["/tokenize"] = ({ body }, res) => {
      if (body.content === "bad") res.writeHead(500).end();
    };
    await expect(count(["a", "b", "bad", "c", "d", "e"])).rejects.toThrow("answered 500");
    expect((await count([""])).tokens).toEqual([0]);
    fake.answers = llamaAnswers();
    expect((await count(["one two", "one"])).tokens).toEqual([2, 1]); // no place is lost
  });
});

test("a text of more than 8 MB is for a tokenizer", async () => {
  await expect(count(["a".repeat(8_000_001)])).rejects.toMatchObject({ code: "TOO_LARGE" });
  expect(failures).toEqual([]);
});

test("half a character is sent as the sign for one", async () => {
  await count(["a\ud800b"]);
  expect(fake.asked.at(-1)?.body).toMatchObject({ content: "a\ufffdb" });
});

test("four at a time, and in order", async () => {
  fake.answers["/tokenize"] = ({ body }, res) => {
    const tokens = Array.from({ length: Number(body.content) }, () => 1);
    void sleep(Number(body.content) % 3).then(() => {
      json({ tokens: tokens.slice(0, 2) })({} as never, res);
    });
  };
  const texts = Array.from({ length: 40 }, (_, at) => String(10 + at));
  expect((await count(texts)).tokens).toEqual(texts.map(() => 2));
  expect(fake.mostAtOnce).toBe(4);
  await expect(count(Array.from({ length: 1_100 }, () => "1"))).rejects.toMatchObject({
    code: "TOO_MANY",
  });
});

test("it looks once a minute, together for those who come meanwhile, and anew for another address", async () => {
  const looks = () => paths().filter((path) => path === "GET /props").length;
  await Promise.all([count(["a"]), count(["b"]), count(["c"])]);
  expect(looks()).toBe(1);
  nowMs = 59_999;
  await count(["a"]);
  expect(looks()).toBe(1);
  nowMs = 60_000;
  await count(["a"]);
  expect(looks()).toBe(2);
  row = row && { ...row, url: `${fake.url}/llama` };
  await expect(count(["a"])).rejects.toThrow("404");
  expect(fake.asked.at(-2)?.path).toBe("/llama/props");
});

test("one that is gone", async () => {
  row = null;
  await expect(count(["a"])).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a test counts and tells, whatever is known", async () => {
  await count(["a"]);
  if (!row) throw new Error("it is there");
  const { tokens, observation } = await counter.test(row, new AbortController().signal);
  expect(testSentence(tokens, observation)).toBe(
    "It counts 7 tokens in a short sentence, runs Llama-3.1-8B-Q4_K_M.gguf, gives a request 8,192 tokens, has 4 slots.",
  );
  expect(paths().filter((path) => path === "GET /props")).toHaveLength(2);
});

test("nothing that was logged holds the secret", () => {
  expect(JSON.stringify(warnings)).not.toContain(SECRET);
});
