import { describe, expect, test } from "vitest";
import { kvBytesPerToken } from "./kv-cache";
import { readKvModelConfig } from "./kv-model-config";

const read = (config: unknown) => readKvModelConfig(JSON.stringify(config));

/** The parts of published files that count here. */
const llama3 = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 4_096,
  max_position_embeddings: 8_192,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
};

describe("models", () => {
  test("grouped-query attention, the head size from the hidden size", () => {
    expect(read(llama3)).toEqual({
      shape: { layers: 32, kvHeads: 8, headSize: 128 },
      maxWindow: 8_192,
      notes: [],
    });
  });

  test("without KV heads every query head has its own (Llama 2, GPT-2)", () => {
    const { num_key_value_heads: _, ...llama2 } = llama3;
    expect(read(llama2).shape).toEqual({ layers: 32, kvHeads: 32, headSize: 128 });
    expect(read({ n_layer: 48, n_head: 25, n_embd: 1_600 }).shape).toEqual({
      layers: 48,
      kvHeads: 25,
      headSize: 64,
    });
  });

  test("a head size that is given counts, also when it does not follow (Nemotron Mini 4B)", () => {
    const mini = {
      hidden_size: 3_072,
      head_dim: 128,
      num_attention_heads: 24,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      max_position_embeddings: 4_096,
    };
    expect(read(mini).shape).toEqual({ layers: 32, kvHeads: 8, headSize: 128 });
  });

  test("Nemotron-H: only the layers with a star keep a cache", () => {
    const { shape, notes } = read({
      model_type: "nemotron_h",
      hidden_size: 2_688,
      head_dim: 128,
      hybrid_override_pattern: "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
      num_attention_heads: 32,
      num_hidden_layers: 52,
      num_key_value_heads: 2,
    });
    expect(shape).toEqual({ layers: 6, kvHeads: 2, headSize: 128 });
    expect(notes).toEqual([expect.stringMatching(/^6 of 52 layers are attention layers/)]);
  });

  test.each([
    [
      "layer_types",
      { layer_types: ["linear_attention", "linear_attention", "full_attention", "x"] },
    ],
    ["layers_block_type", { layers_block_type: ["mamba", "attention", "mamba", "mamba"] }],
    ["attn_layer_indices", { attn_layer_indices: [2] }],
    ["attn_layer_period", { attn_layer_period: 4, attn_layer_offset: 2 }],
    ["full_attention_interval", { full_attention_interval: 4 }],
  ])("other hybrid models say it by %s", (_, given) => {
    expect(read({ ...llama3, num_hidden_layers: 4, ...given }).shape.layers).toBe(1);
  });

  test("a sliding window is noted, and one that is switched off is not", () => {
    const given = { ...llama3, sliding_window: 4_096 };
    expect(read(given).notes).toEqual([
      expect.stringMatching(/^Layers keep the last 4,096 tokens/),
    ]);
    expect(read({ ...given, use_sliding_window: false }).notes).toEqual([]);
    const kinds = { layer_types: ["sliding_attention", "full_attention"], num_hidden_layers: 2 };
    const mixed = read({ ...given, ...kinds });
    expect(mixed.shape.layers).toBe(2);
    expect(mixed.notes).toEqual([expect.stringMatching(/^1 of 2 layers keep the last 4,096/)]);
  });

  test("a compressed cache is what is kept (DeepSeek-V3)", () => {
    const { shape, notes } = read({
      num_hidden_layers: 61,
      num_attention_heads: 128,
      num_key_value_heads: 128,
      kv_lora_rank: 512,
      qk_rope_head_dim: 64,
    });
    expect(kvBytesPerToken({ ...shape, cacheType: "bf16" })).toBe(70_272);
    expect(notes).toEqual([expect.stringContaining("compressed")]);
  });

  test("of a model that sees, the part that reads", () => {
    const { num_hidden_layers: _, ...rest } = llama3;
    expect(read({ ...rest, vision_config: { num_hidden_layers: 7 }, text_config: llama3 })).toEqual(
      read(llama3),
    );
  });
});

describe("what is wrong is said", () => {
  test.each([
    ["", /Paste the text/],
    ["{", /no JSON/],
    ["[1]", /one object/],
    ["null", /one object/],
    ["x".repeat(200_001), /too long/],
    ["{}", /num_hidden_layers is missing/],
    ['{"num_hidden_layers":2}', /num_key_value_heads and num_attention_heads are both missing/],
    ['{"num_hidden_layers":2,"num_attention_heads":4}', /head_dim is missing/],
    ['{"num_hidden_layers":2,"num_attention_heads":3,"hidden_size":4}', /no multiple of the 3/],
    ['{"num_hidden_layers":"2"}', /num_hidden_layers must be a whole number/],
    ['{"num_hidden_layers":1e9}', /too large/],
    ['{"num_hidden_layers":2,"hybrid_override_pattern":"MM"}', /None of the layers/],
  ])("%s", (text, message) => {
    expect(() => readKvModelConfig(text)).toThrow(message);
  });
});
