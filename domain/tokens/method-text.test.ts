import { expect, test } from "vitest";
import type { CountMethod } from "./count-method";
import { methodText } from "./method-text";

const method = (changes: Partial<CountMethod>): CountMethod => ({
  kind: "encoding",
  name: "cl100k_base",
  errorPercent: null,
  measuredCalls: 0,
  warning: null,
  ...changes,
});

test.each([
  [{}, "tiktoken cl100k_base, error not measured"],
  [{ errorPercent: -2.14 }, "tiktoken cl100k_base ±2.1 %"],
  [{ kind: "server", name: "llama-1" }, "server llama-1 /tokenize"],
  [{ kind: "tokenizer", name: "qwen2.5" }, "tokenizer.json qwen2.5, exact"],
  [{ kind: "tokenizer", name: "qwen2.5", errorPercent: 0.04 }, "tokenizer.json qwen2.5 ±0.0 %"],
  [{ kind: "estimate", name: "characters" }, "characters ÷ 4, error not measured"],
] as const)("%j is %s", (changes, text) => {
  expect(methodText(method(changes))).toBe(text);
});
