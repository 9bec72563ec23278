import * as z from "zod";
import type { ModelServerKind } from "@/domain/tokens/model-server";
import type { AskableServer, ServerObservation } from "./model-server-store";

/** What is asked of a kind of server, and how its answers are read. A problem is a clause: "answered …". */
export interface ServerProtocol {
  /** Behind the address. */
  tokenizePath: string;
  /** The body that asks for the tokens of the text alone: no BOS, which is the template's. */
  tokenizeBody: (server: AskableServer, text: string) => object;
  /** How many tokens; a text when the answer makes no sense. */
  countOf: (answer: unknown) => number | string;
  /** Where it tells of itself. */
  aboutPath: string;
  /** A text when it has not the model that is set, or makes no sense. */
  aboutOf: (answer: unknown, model: string | null) => ServerObservation | string;
}

const MAX_INT = 2_147_483_647;
const count = z.int().min(0).max(MAX_INT);
const NO_SENSE = "gave an answer that is not as this kind of server gives it";

// github.com/ggml-org/llama.cpp, tools/server/README.md. `tokens` has objects where pieces are asked for, which we never do.
const LlamaTokens = z.object({ tokens: z.array(z.int()) });
const LlamaProps = z.object({
  default_generation_settings: z.object({ n_ctx: count.optional() }).optional(),
  total_slots: count.optional(),
  model_alias: z.string().max(1_000).optional(),
  model_path: z.string().max(4_000).optional(),
});

const llamaCpp: ServerProtocol = {
  tokenizePath: "/tokenize",
  tokenizeBody: (server, content) => ({
    content,
    add_special: false,
    parse_special: false,
    ...(server.model !== null && { model: server.model }), // a router of several models wants it
  }),
  countOf(answer) {
    const parsed = LlamaTokens.safeParse(answer);
    return parsed.success ? parsed.data.tokens.length : NO_SENSE;
  },
  aboutPath: "/props",
  aboutOf(answer, model) {
    const parsed = LlamaProps.safeParse(answer);
    if (!parsed.success) return NO_SENSE;
    const { default_generation_settings: settings, total_slots: slots, ...about } = parsed.data;
    const file = about.model_path?.split(/[/\\]/).at(-1) ?? "";
    const names = [about.model_alias ?? "", file, file.replace(/\.gguf$/i, "")].filter(
      (name) => name !== "",
    );
    if (model !== null && names.length > 0 && !names.includes(model))
      return otherModel(names[0] ?? "", model);
    return {
      slotWindow: settings?.n_ctx ?? null,
      parallelSlots: slots ?? null,
      model: shortened(names[0]),
    };
  },
};

// github.com/vllm-project/vllm, vllm/entrypoints/serve/tokenize/protocol.py and openai/models/protocol.py
const VllmTokens = z.object({ count, tokens: z.array(z.int()) });
const VllmModels = z.object({
  data: z.array(z.object({ id: z.string().max(1_000), max_model_len: count.nullish() })),
});

const vllm: ServerProtocol = {
  tokenizePath: "/tokenize",
  tokenizeBody: (server, prompt) => ({
    prompt,
    add_special_tokens: false,
    ...(server.model !== null && { model: server.model }),
  }),
  countOf(answer) {
    const parsed = VllmTokens.safeParse(answer);
    if (!parsed.success) return NO_SENSE;
    const { count: told, tokens } = parsed.data;
    return told === tokens.length ? told : "counts other tokens than it lists";
  },
  aboutPath: "/v1/models",
  aboutOf(answer, model) {
    const parsed = VllmModels.safeParse(answer);
    if (!parsed.success) return NO_SENSE;
    const { data } = parsed.data;
    const found = model === null ? data[0] : data.find(({ id }) => id === model);
    if (!found && model !== null) return otherModel(data[0]?.id ?? "no model", model);
    // It batches what comes: there are no slots that share the window.
    return {
      slotWindow: found?.max_model_len ?? null,
      parallelSlots: null,
      model: shortened(found?.id),
    };
  },
};

export const serverProtocols: Readonly<Record<ModelServerKind, ServerProtocol>> = {
  "llama.cpp": llamaCpp,
  vllm,
};

function shortened(name: string | undefined): string | null {
  return name === undefined ? null : plain(name);
}

function otherModel(found: string, wanted: string): string {
  return `runs ${plain(found)} now, not ${wanted}: start it with that model, or set the model that it has`;
}

/** A word of the server's, as it may be stored and shown. */
function plain(word: string): string {
  return word
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, "")
    .slice(0, 200)
    .toWellFormed();
}
