import { expect, test, vi } from "vitest";
import { testEncoder } from "@/fixtures/test-encoder";
import { EncoderCache } from "./encoder-cache";
import { longestRun } from "./longest-run";

const encoder = testEncoder();

function cacheOf(bounds: { mostTokenizers: number; mostBytes: number }) {
  const cache = new EncoderCache({
    openEncoding: testEncoder,
    openTokenizer: () => encoder,
    ...bounds,
  });
  const loads: string[] = [];
  return {
    loads,
    use: (id: string, bytes = 10) =>
      cache.encoderOf({ kind: "tokenizer", id }, () => {
        loads.push(id);
        return Promise.resolve(new Uint8Array(bytes));
      }),
    cache,
  };
}

test("the tokenizers that were used last stay", async () => {
  const { use, loads } = cacheOf({ mostTokenizers: 2, mostBytes: 1_000 });
  for (const id of ["a", "b", "a", "c", "a", "b"]) await use(id);
  expect(loads).toEqual(["a", "b", "c", "b"]);
});

test("their bytes are bounded; the one in use stays, however large", async () => {
  const { use, loads } = cacheOf({ mostTokenizers: 9, mostBytes: 100 });
  for (const id of ["a", "b", "c"]) await use(id, 40);
  await use("a", 40); // went when c came
  await use("large", 500);
  await use("large", 500);
  expect(loads).toEqual(["a", "b", "c", "a", "large"]);
});

test("encodings stay, and one that cannot be loaded is asked for again", async () => {
  const { cache } = cacheOf({ mostTokenizers: 1, mostBytes: 1 });
  const load = vi.fn(() => Promise.reject(new Error("away")));
  const o200k = await cache.encoderOf({ kind: "encoding", encoding: "o200k_base" }, load);
  expect(await cache.encoderOf({ kind: "encoding", encoding: "o200k_base" }, load)).toBe(o200k);
  for (let round = 0; round < 2; round++)
    await expect(cache.encoderOf({ kind: "tokenizer", id: "a" }, load)).rejects.toThrow("away");
  expect(load).toHaveBeenCalledTimes(2);
});

test.each([
  ["a word of letters", 7],
  ["aaaaaaaa aa", 8],
  ["1234567890", 1],
  ["中文字", 9],
  ["\n\n  \t x", 6],
  ["--------!", 9],
  ["", 0],
])("the longest stretch of %j without a break is %d bytes", (text, length) => {
  expect(longestRun(new TextEncoder().encode(text), 1_000)).toBe(length);
});
