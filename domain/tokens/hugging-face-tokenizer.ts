import * as z from "zod";
import { AddedTokenFinder, readAddedTokens } from "./hugging-face-added-tokens";
import { BpeModel } from "./hugging-face-bpe";
import { nameOf, options } from "./hugging-face-component";
import { HuggingFaceEncoder } from "./hugging-face-encoder";
import { UnsupportedTokenizer } from "./hugging-face-error";
import { readTokenizerJson } from "./hugging-face-json";
import { readNormalizer } from "./hugging-face-normalizer";
import { readPreTokenizer } from "./hugging-face-pre-tokenizer";

const TokenizerJson = z.object({
  model: z.looseObject({ type: z.string().nullish() }),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.unknown().optional(),
  added_tokens: z.unknown().optional(),
});

export interface ParsedTokenizer {
  encoder: HuggingFaceEncoder;
  /** For people: `BPE, byte-level`. */
  description: string;
  /** Tokens of the model and those that were added to it. */
  vocabularySize: number;
}

interface ParseOptions {
  /**
   * What a special token (`<|im_start|>`) that stands in a text is. `text`, the default: text like any other, as tiktoken's
   * `encode_ordinary` and llama.cpp's `parse_special: false`, for what people write must not become control tokens. `control`: its one
   * id, for a prompt that a chat template has made. Added tokens that are not special are one token either way.
   */
  specialTokens?: "text" | "control";
}

/**
 * Reads a Hugging Face `tokenizer.json` with a model of the type BPE. What the encoder counts is the text alone: no token of the
 * post-processor (BOS, EOS) comes to it, which is the template's, and nothing is cut or filled up. Throws UnsupportedTokenizer with a
 * sentence that says what is not supported. Format: github.com/huggingface/tokenizers, tokenizers/src/tokenizer/serialization.rs.
 */
export function parseTokenizer(
  json: Uint8Array,
  { specialTokens = "text" }: ParseOptions = {},
): ParsedTokenizer {
  const file = options(TokenizerJson, readTokenizerJson(json), "file");
  const model = readModel(file.model);
  const normalizer = readNormalizer(file.normalizer);
  const preTokenizer = readPreTokenizer(file.pre_tokenizer);
  const added = readAddedTokens(file.added_tokens, model.vocabulary.idOf);
  const isText = ({ special }: { special: boolean }) => special && specialTokens === "text";
  const encoder = new HuggingFaceEncoder({
    model,
    normalizer,
    preTokenizer,
    added,
    tokens: new AddedTokenFinder(
      added.filter(({ normalized }) => !normalized),
      { isText, normalizer: null },
    ),
    normalizedTokens: new AddedTokenFinder(
      added.filter(({ normalized }) => normalized),
      { isText, normalizer },
    ),
  });
  return { encoder, description: describe(model, encoder), vocabularySize: encoder.vocabularySize };
}

function readModel(json: { type?: string | null | undefined }): BpeModel {
  const type = json.type ?? ("merges" in json ? "BPE" : "");
  if (type === "BPE") return new BpeModel(json);
  throw new UnsupportedTokenizer(
    `The model type ${nameOf(type)} is not supported, only BPE is: let the model server count instead.`,
  );
}

function describe(model: BpeModel, { isByteLevel }: HuggingFaceEncoder): string {
  if (isByteLevel) return "BPE, byte-level";
  return model.hasByteFallback ? "BPE, SentencePiece with byte fallback" : "BPE, characters";
}
