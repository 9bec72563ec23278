import { afterAll, describe, expect, test, vi } from "vitest";
import { parseSections } from "@/domain/tokens/parse-sections";
import { testEncoder } from "@/fixtures/test-encoder";
import { tokenWorkerProgram } from "@/server/project-folder";
import type { Vocabulary } from "@/server/tokens";
import { createTokenWorkers, type TokenWorkersOptions } from "./create-token-workers";
import { shareBytes } from "./share-bytes";

// The real program in real workers.

const encoder = testEncoder();
const cl100k: Vocabulary = { kind: "encoding", encoding: "cl100k_base" };
const quiet = { warn: vi.fn() };
const create = (options: Partial<TokenWorkersOptions> = {}) =>
  createTokenWorkers({
    program: { ...tokenWorkerProgram, maxHeapMib: 256 },
    logger: quiet,
    ...options,
  });
/** Nothing is counted here. */
const far = create({ size: 1 });
afterAll(() => far.stop());
const { signal } = new AbortController();

const texts = ["", "Hello", "<|endoftext|>", "中文🟢\ud800", "word ".repeat(20_000)];
const expected = texts.map((text) => encoder.count(text));

test("a worker counts what this thread counts: texts, pieces, bytes", async () => {
  expect(await far.count(cl100k, texts, signal)).toEqual(expected);
  const text = texts.at(-1) ?? "";
  expect(await far.countPieces(cl100k, text, signal)).toEqual(encoder.countPieces(text));
  for (const one of texts.slice(0, 3).concat(text)) {
    const bytes = await shareBytes(new TextEncoder().encode(one));
    expect(await far.countBytes(cl100k, bytes, signal)).toBe(encoder.count(one));
  }
});

test("long texts are split into sections by a worker, short ones and those that hold none at once", async () => {
  const long = "lead\n" + "## Depth Context\nfar\n".repeat(1_000);
  const away = { file: "/nowhere.mjs", execArgv: [], maxHeapMib: 16 };
  const here = create({ program: away });
  expect(await far.parseSections(long, signal)).toEqual(parseSections(long));
  await expect(here.parseSections(long, signal)).rejects.toThrow("has failed");
  for (const text of [long.slice(0, 1_000), "word ".repeat(20_000)])
    expect(await here.parseSections(text, signal)).toEqual(parseSections(text));
  await here.stop();
});

test("bytes that are no UTF-8 are counted as TextDecoder reads them", async () => {
  const bytes = Uint8Array.from([0x61, 0xff, 0xe4, 0xb8, 0x20, 0xed, 0xa0, 0x80, 0xef, 0xbb, 0xbf]);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  expect(await far.countBytes(cl100k, await shareBytes(bytes), signal)).toBe(encoder.count(text));
});

describe("what is short", () => {
  const here = () => new Map([["cl100k_base", encoder]] as const);
  /** A program that is not there: whatever is given to a worker fails. */
  const nowhere = { file: "/nowhere.mjs", execArgv: [], maxHeapMib: 16 };

  test("is counted at once, up to 64 kB in all, and what is longer is not", async () => {
    const atOnceStop = () => ({ isStopped: () => false });
    const workers = create({ atOnce: here(), atOnceStop, program: nowhere });
    expect(await workers.count(cl100k, ["a ".repeat(32_768)], signal)).toEqual([
      encoder.count("a ".repeat(32_768)),
    ]);
    expect(await workers.countPieces(cl100k, "a b", signal)).toEqual(encoder.countPieces("a b"));
    const half = "a ".repeat(16_385);
    await expect(workers.count(cl100k, [half, half], signal)).rejects.toThrow("has failed");
    await workers.stop();
  });

  test("goes to a worker when the loop would be held for too long", async () => {
    let asked = 0;
    // Stopped at the third look: it is left there, and counted from the begin by a worker.
    const atOnceStop = () => ({ isStopped: () => ++asked >= 3 });
    const workers = create({ atOnce: here(), atOnceStop });
    const long = "a".repeat(60_000);
    expect(await workers.count(cl100k, [long], signal)).toEqual([encoder.count(long)]);
    expect(asked).toBe(3);
    expect(await workers.countPieces(cl100k, long, signal)).toEqual(encoder.countPieces(long));
    await workers.stop();
  });

  test("is not counted for who has left", async () => {
    const workers = create({ atOnce: here() });
    const left = AbortSignal.abort(new Error("left"));
    await expect(workers.count(cl100k, ["a"], left)).rejects.toThrow("left");
    await expect(workers.countPieces(cl100k, "a", left)).rejects.toThrow("left");
  });
});

test("a long count ends soon when nobody waits, and the worker goes on with the next", async () => {
  const leaving = new AbortController();
  const long = far.count(cl100k, ["abc".repeat(2_000_000)], leaving.signal);
  leaving.abort(new Error("left"));
  await expect(long).rejects.toThrow("left");
  expect(await far.count(cl100k, ["Hello"], signal)).toEqual([1]);
  expect(quiet.warn).not.toHaveBeenCalled(); // it stopped by itself
});

/** Two letters and their merge. */
const tokenizer = (more: object = {}) =>
  new TextEncoder().encode(
    JSON.stringify({
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      model: { type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"] },
      ...more,
    }),
  );

test("a tokenizer.json is loaded once by a worker, and counts", async () => {
  const load = vi.fn(() => Promise.resolve(tokenizer()));
  const vocabulary: Vocabulary = { kind: "tokenizer", id: "one", load };
  expect(await far.count(vocabulary, ["abab", "ba"], signal)).toEqual([2, 2]);
  expect(await far.count(vocabulary, ["ab"], signal)).toEqual([1]);
  expect(load).toHaveBeenCalledTimes(1);
});

describe("a tokenizer.json that is described", () => {
  test("says what it is", async () => {
    expect(await far.describeTokenizer(tokenizer(), signal)).toEqual({
      description: "BPE, characters",
      vocabularySize: 3,
    });
  });

  test.each([
    ["no JSON", new TextEncoder().encode("{")],
    ["another model", tokenizer({ model: { type: "Unigram", vocab: [] } })],
    ["nothing", new Uint8Array()],
  ])("%s is refused with a sentence", async (_name, json) => {
    await expect(far.describeTokenizer(json, signal)).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(/^[A-Z].*\.$/s) as string,
    });
  });

  test("one that takes too long is refused, and its worker replaced", async () => {
    const logger = { warn: vi.fn() };
    const file = new URL("../../fixtures/token-worker/stand-in.mjs", import.meta.url).pathname;
    const program = { file, execArgv: [], maxHeapMib: 64 };
    const workers = create({ program, logger, describeWithinMs: 1, size: 1 });
    await expect(workers.describeTokenizer(tokenizer(), signal)).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringContaining("could not be read in time") as string,
    });
    expect(
      await workers.count({ kind: "tokenizer", id: "a", load: vi.fn() }, ["abc"], signal),
    ).toEqual([3]);
    await workers.stop();
  });
});
