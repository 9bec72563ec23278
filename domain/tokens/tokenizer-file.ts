import * as z from "zod";
import { givenName } from "@/domain/text/given-name";

export const MAX_TOKENIZER_BYTES = 64 * 1024 * 1024;

/** A Hugging Face `tokenizer.json` that the portal has. */
export const TokenizerFile = z.object({
  id: z.uuid(),
  name: z.string(),
  /** `file`: read from a path of the portal's machine; `upload`: kept in the database. */
  source: z.enum(["file", "upload"]),
  sha256: z.string(),
  sizeBytes: z.int(),
  /** `BPE, byte-level`, …: what it is, for people. */
  description: z.string(),
  vocabularySize: z.int(),
  createdAtMs: z.number(),
  createdBy: z.string(),
});
export type TokenizerFile = z.infer<typeof TokenizerFile>;

export const TokenizerFiles = z.object({ tokenizers: z.array(TokenizerFile) });
export type TokenizerFiles = z.infer<typeof TokenizerFiles>;

const name = givenName(80);

export const TokenizerPath = z.strictObject({
  name,
  /** On the portal's machine: whole, and ending with .json. */
  path: z.string().min(1).max(4_000),
});
export type TokenizerPath = z.infer<typeof TokenizerPath>;

/** `POST /api/tokenizers/upload?name=`: the file is the body. */
export const TokenizerUpload = z.strictObject({ name });
export type TokenizerUpload = z.infer<typeof TokenizerUpload>;

export const SavedTokenizer = z.object({ tokenizer: TokenizerFile });
export type SavedTokenizer = z.infer<typeof SavedTokenizer>;

export const TokenizerId = z.strictObject({ id: z.uuid("is not the id of a tokenizer") });
export type TokenizerId = z.infer<typeof TokenizerId>;

export const DeletedTokenizer = z.object({ deleted: z.boolean() });
export type DeletedTokenizer = z.infer<typeof DeletedTokenizer>;
