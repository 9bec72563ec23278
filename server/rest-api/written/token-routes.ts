import * as z from "zod";
import { CountAnswer } from "@/domain/tokens/count-request";
import { encodings } from "@/domain/tokens/encodings";
import { SavedTokenizer } from "@/domain/tokens/tokenizer-file";
import type { RouteDescriptions } from "./route-description";

const TAG = "tokens";

export const tokenRoutes: RouteDescriptions = {
  "POST /api/tokens/count-upload": {
    operationId: "uploadTokensCount",
    tag: TAG,
    summary: "Counts a text of up to 64 MiB, streamed",
    description:
      "UTF-8, plain or gzip, within 30 s; what is no UTF-8 counts as U+FFFD. Two uploads are taken at once, then 429. Never sent to a model server: its profile's fallback counts.",
    parameters: [
      {
        name: "encoding",
        schema: z.string().max(64),
        description: "Goes before what the profile counts with.",
        example: "cl100k_base",
      },
      { name: "model", schema: z.string().max(128), description: "A profile, by any name." },
    ],
    body: z.string(),
    bodyContentType: "text/plain",
    answers: [{ status: 200, description: "The count", schema: CountAnswer }],
  },
  "GET /api/tokens/ranks": {
    operationId: "getTokenRanks",
    tag: TAG,
    summary: "The vocabulary of an encoding, for counting elsewhere",
    description:
      "For everybody. The format is told in domain/tokens/ranks-file.ts. With its digest in the address it may be kept for ever.",
    parameters: [
      {
        name: "encoding",
        schema: z.enum(encodings),
        isRequired: true,
        description: "One of tiktoken's encodings.",
        example: "cl100k_base",
      },
      {
        name: "digest",
        schema: z.string(),
        description: "As in domain/tokens/ranks-addresses.ts: the answer may be kept for ever.",
      },
    ],
    answers: [
      {
        status: 200,
        description: "The tokens in the order of their ids",
        contentType: "application/vnd.sightline.ranks",
      },
    ],
  },
  "POST /api/tokenizers/upload": {
    operationId: "uploadTokenizer",
    tag: "tokenizers",
    summary: "Adds a tokenizer.json, which is the body",
    description:
      "64 MB at most, plain or packed with gzip; also as application/octet-stream. It is kept in the database. Only BPE models: what is not supported is refused with a sentence.",
    parameters: [
      {
        name: "name",
        schema: z.string().max(80),
        isRequired: true,
        description: "How people will know it.",
        example: "llama-3.1",
      },
    ],
    body: z.looseObject({}),
    answers: [{ status: 200, description: "The tokenizer", schema: SavedTokenizer }],
  },
  "GET /api/tokens/ledger/export": {
    operationId: "exportTokenLedger",
    tag: "tokens",
    summary: "Recorded validations as a file, streamed, newest first",
    description:
      "X-Total-Rows says how many rows will come; validations that come meanwhile stay out. The filters are those of tokens.ledger. Never a text.",
    parameters: [
      {
        name: "format",
        schema: z.enum(["csv", "ndjson"]),
        isRequired: true,
        description: "ndjson is one object a line.",
        example: "csv",
      },
      {
        name: "fromMs",
        schema: z.int().min(0),
        isRequired: true,
        description: "Not before this time.",
      },
      {
        name: "toMs",
        schema: z.int().min(0),
        isRequired: true,
        description: "Before this time, 400 days after fromMs at most.",
      },
      {
        name: "service",
        schema: z.string().max(128),
        description: "Exactly this service.",
        example: "summaries",
      },
      {
        name: "model",
        schema: z.string().max(128),
        description: "Exactly this model.",
        example: "nemotron-mini",
      },
      {
        name: "outcome",
        schema: z.enum(["ok", "warning", "over"]),
        description: "Only validations that came to this.",
      },
      {
        name: "only",
        schema: z.enum(["truncated", "cut"]),
        description: "Only prompts that were truncated, or that the server cut.",
      },
      {
        name: "requestId",
        schema: z.string().max(128),
        description: "Only those of this request.",
      },
    ],
    answers: [
      { status: 200, description: "The rows", contentType: "text/csv", schema: z.string() },
    ],
  },
};
