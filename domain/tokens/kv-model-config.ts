import type { KvShape } from "./model-profile";

// Free of zod: pasted text is read in the browser.

/** A model's `config.json` does not say what the calculator needs; the message says what is missing. */
export class ModelConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ModelConfigError";
  }
}

export interface KvModelConfig {
  shape: Pick<KvShape, "layers" | "kvHeads" | "headSize">;
  /** Tokens that the model was made for; null: not told. */
  maxWindow: number | null;
  /** What a person should know about the figures, in whole sentences. */
  notes: string[];
}

type Json = Readonly<Record<string, unknown>>;

const MAX_CONFIG_CHARACTERS = 200_000;
const MAX_COUNT = 100_000;

/**
 * What the KV cache is made of, from a Hugging Face `config.json`: `num_hidden_layers`, `num_key_value_heads` (left out: as many as query
 * heads), `head_dim` (left out: `hidden_size` / `num_attention_heads`). Of hybrid models the attention layers alone keep a cache that
 * grows; of those with a compressed cache (`kv_lora_rank`) it is what is really kept. Throws ModelConfigError.
 */
export function readKvModelConfig(text: string): KvModelConfig {
  const config = languageModelOf(parse(text));
  const notes: string[] = [];
  const layers = cachingLayersOf(config, notes);
  const heads = headsOf(config, notes);
  noteSlidingWindow(config, notes);
  return {
    shape: { layers, ...heads },
    maxWindow: countOf(config, "max_position_embeddings"),
    notes,
  };
}

function parse(text: string): Json {
  if (text.trim() === "") throw new ModelConfigError("Paste the text of the model's config.json.");
  if (text.length > MAX_CONFIG_CHARACTERS)
    throw new ModelConfigError("This is too long for a config.json: 200,000 characters at most.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ModelConfigError(
      "This is no JSON. Paste the whole file, from the first { to the last }.",
    );
  }
  if (!isObject(value)) throw new ModelConfigError("A config.json is one object: { … }.");
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Models that see or hear keep the language model's figures in a part of their own. */
function languageModelOf(config: Json): Json {
  for (const name of ["text_config", "llm_config", "language_config"]) {
    const part = config[name];
    if (isObject(part) && "num_hidden_layers" in part) return part;
  }
  return config;
}

/** Null: left out. Throws when it is there and no count. */
function countOf(config: Json, ...names: string[]): number | null {
  for (const name of names) {
    const value = config[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
      throw new ModelConfigError(`${name} must be a whole number above 0.`);
    return value;
  }
  return null;
}

function neededCount(config: Json, ...names: string[]): number {
  const value = countOf(config, ...names);
  if (value === null)
    throw new ModelConfigError(
      `${names[0] ?? ""} is missing. This may be another file of the model: the one that is needed is config.json.`,
    );
  if (value > MAX_COUNT) throw new ModelConfigError(`${names[0] ?? ""} is too large.`);
  return value;
}

function cachingLayersOf(config: Json, notes: string[]): number {
  const layers = neededCount(config, "num_hidden_layers", "n_layer", "num_layers");
  const attention = attentionLayersOf(config, layers);
  if (attention === null || attention === layers) return layers;
  if (attention === 0)
    throw new ModelConfigError(
      "None of the layers is an attention layer, so this model keeps no cache that grows with the window.",
    );
  notes.push(
    `${attention} of ${layers} layers are attention layers; only these keep a cache that grows. The state of the others has a fixed size and is not counted.`,
  );
  return attention;
}

/** How each family of hybrid models says which of its layers are attention; null: all are. */
function attentionLayersOf(config: Json, layers: number): number | null {
  const pattern = config.hybrid_override_pattern; // Nemotron-H: M Mamba, * attention, - or E feed-forward
  if (typeof pattern === "string") return pattern.split("*").length - 1;
  for (const name of ["layer_types", "layers_block_type"]) {
    const kinds = config[name];
    if (Array.isArray(kinds) && kinds.length > 0)
      return kinds.filter((kind) => isAttention(kind)).length;
  }
  const indices = config.attn_layer_indices; // Bamba
  if (Array.isArray(indices)) return indices.length;
  const period = countOf(config, "attn_layer_period", "full_attention_interval"); // Jamba, Qwen3-Next
  return period === null ? null : Math.floor(layers / period);
}

function isAttention(kind: unknown): boolean {
  if (typeof kind !== "string") return false;
  // Linear attention has a state of a fixed size.
  return /attention|hybrid/.test(kind) && !kind.includes("linear");
}

function headsOf(config: Json, notes: string[]): Pick<KvShape, "kvHeads" | "headSize"> {
  const rank = countOf(config, "kv_lora_rank");
  if (rank !== null) {
    const values = rank + (countOf(config, "qk_rope_head_dim") ?? 0);
    notes.push(
      `The cache is compressed (latent attention): ${values} values a layer and token, written here as one head of ${values / 2}. A server that does not use the compressed form needs many times as much.`,
    );
    return { kvHeads: 1, headSize: values / 2 };
  }
  const queryHeads = countOf(config, "num_attention_heads", "n_head");
  const kvHeads = countOf(config, "num_key_value_heads", "num_kv_heads") ?? queryHeads;
  if (kvHeads === null)
    throw new ModelConfigError("num_key_value_heads and num_attention_heads are both missing.");
  return { kvHeads, headSize: headSizeOf(config, queryHeads) };
}

function headSizeOf(config: Json, queryHeads: number | null): number {
  const given = countOf(config, "head_dim", "attention_head_dim");
  if (given !== null) return given;
  const hiddenSize = countOf(config, "hidden_size", "n_embd");
  if (hiddenSize === null || queryHeads === null)
    throw new ModelConfigError(
      "head_dim is missing, and it does not follow from hidden_size and num_attention_heads either.",
    );
  const size = hiddenSize / queryHeads;
  if (!Number.isInteger(size))
    throw new ModelConfigError(
      `hidden_size ${hiddenSize} is no multiple of the ${queryHeads} attention heads, so head_dim must be given.`,
    );
  return size;
}

function noteSlidingWindow(config: Json, notes: string[]): void {
  const window = countOf(config, "sliding_window");
  if (window === null || config.use_sliding_window === false) return;
  const kinds = Array.isArray(config.layer_types) ? config.layer_types : [];
  const sliding = kinds.filter((kind) => kind === "sliding_attention").length;
  const which =
    sliding > 0 && sliding < kinds.length
      ? `${sliding} of ${kinds.length} layers keep`
      : "Layers keep";
  notes.push(
    `${which} the last ${window.toLocaleString("en-US")} tokens only (sliding window). A server that uses this needs less than is computed here; llama.cpp does, unless it is started with --swa-full.`,
  );
}
