import { describe, expect, test } from "vitest";
import { kvBytesPerToken, kvCacheTypes, largestWindow, memoryOfWindow } from "./kv-cache";
import { KvShape } from "./model-profile";

const KIB = 1_024;
const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;

function shape(layers: number, kvHeads: number, headSize: number): KvShape {
  return { layers, kvHeads, headSize, cacheType: "f16" };
}
const llama3 = shape(32, 8, 128);
const llama2 = shape(32, 32, 128);
const qwen25of7b = shape(28, 4, 128);
const qwen25of32b = shape(64, 8, 128);

describe("bytes a token, as published", () => {
  test.each([
    ["Llama 2 7B: 524,288 bytes", llama2, 524_288],
    ["Llama 3 8B: 128 KiB", llama3, 128 * KIB],
    ["Llama 3.1 405B: 516.096 kB (DeepSeek-V3, table 1)", shape(126, 8, 128), 516_096],
    ["Qwen 2.5 72B: 327.68 kB (DeepSeek-V3, table 1)", shape(80, 8, 128), 327_680],
    ["Qwen 2.5 7B: 56 KiB", qwen25of7b, 56 * KIB],
    ["GPT-2 XL: 300 KiB", shape(48, 25, 64), 300 * KIB],
    ["DeepSeek-V3, a compressed cache of 576 values a layer: 70.272 kB", shape(61, 1, 288), 70_272],
    ["Nemotron 3 Nano 30B, 6 attention layers of 52: 6 KiB", shape(6, 2, 128), 6 * KIB],
  ])("%s", (_, given, bytes) => {
    expect(kvBytesPerToken(given)).toBe(bytes);
  });
});

describe("caches that servers told in their logs", () => {
  const q8: Pick<KvShape, "cacheType"> = { cacheType: "q8_0" };
  const q4: Pick<KvShape, "cacheType"> = { cacheType: "q4_0" };
  const known: readonly [name: string, given: KvShape, contextWindow: number, mib: number][] = [
    // llama.cpp: "KV self size = …"
    ["Qwen 2.5 7B, f16", qwen25of7b, 2_048, 112],
    ["Qwen 2.5 32B, q8_0", { ...qwen25of32b, ...q8 }, 32_768, 4_352],
    ["LLaMA 30B, f32", { ...shape(60, 52, 128), cacheType: "f32" }, 512, 1_560],
    ["Llama 3.1 8B, q8_0: K 68 MiB and V 68 MiB", { ...llama3, ...q8 }, 2_048, 136],
    // published tables
    ["Llama 3 8B, f16: 1 GiB", llama3, 8_192, 1_024],
    ["Llama 3.1 8B, q4_0: 1.1 GiB", { ...llama3, ...q4 }, 32_768, 1_152],
    ["Mistral 7B, f16: 16 GiB", shape(32, 8, 128), 131_072, 16_384],
    ["Qwen 2.5 7B, f16: 7 GiB", qwen25of7b, 131_072, 7_168],
  ];
  const nothing = { parallelSlots: 1, freeBytes: 0, weightsBytes: 0, reserveShare: 0 };

  test.each(known.map((row) => ({ name: row[0], row })))("$name", ({ row }) => {
    const [, given, contextWindow, mib] = row;
    const { kvBytes } = memoryOfWindow({ shape: given, contextWindow, ...nothing });
    expect(kvBytes / MIB).toBe(mib);
  });
});

describe("cache types", () => {
  test("all that a profile knows are here", () => {
    expect([...kvCacheTypes].sort()).toEqual([...KvShape.shape.cacheType.options].sort());
  });

  test.each([
    ["f32", 4],
    ["f16", 2],
    ["bf16", 2],
    ["f8", 1],
    ["q8_0", 34 / 32],
    ["q5_1", 24 / 32],
    ["q5_0", 22 / 32],
    ["q4_1", 20 / 32],
    ["q4_0", 18 / 32],
  ] as const)("%s has %d bytes a value", (cacheType, bytes) => {
    expect(kvBytesPerToken({ ...llama3, cacheType })).toBe(65_536 * bytes);
  });

  test("a quantised cache whose blocks do not fit the heads is refused, f16 is not", () => {
    expect(() => kvBytesPerToken({ ...shape(2, 1, 80), cacheType: "q8_0" })).toThrow(
      /blocks of 32.*80/,
    );
    expect(kvBytesPerToken(shape(2, 1, 80))).toBe(640);
  });
});

describe("the largest window", () => {
  const given = { shape: llama3, weightsBytes: 15 * GIB, reserveShare: 0.1, parallelSlots: 1 };

  test("is what is left behind weights and reserve, in steps of 256", () => {
    // 24 GiB × 0.9 − 15 GiB = 6.6 GiB = 54,067.2 tokens of 128 KiB.
    const fit = largestWindow({ ...given, freeBytes: 24 * GIB });
    expect(fit).toMatchObject({ contextWindow: 54_016, slotWindow: 54_016 });
    expect(fit.leftBytes).toBeGreaterThanOrEqual(0);
    expect(fit.leftBytes).toBeLessThan(256 * 128 * KIB);
  });

  test("with slots each has a part, and all of them together fit", () => {
    const fit = largestWindow({ ...given, freeBytes: 24 * GIB, parallelSlots: 3 });
    expect(fit).toMatchObject({ slotWindow: 17_920, contextWindow: 53_760 });
  });

  test("is 0 where the weights alone do not fit, and says what is missing", () => {
    const fit = largestWindow({ ...given, freeBytes: 8 * GIB });
    expect(fit).toMatchObject({ contextWindow: 0, slotWindow: 0, kvBytes: 0 });
    expect(fit.leftBytes / GIB).toBeCloseTo(8 * 0.9 - 15, 10);
  });

  test("is the reverse of what a window needs, and one step more does not fit", () => {
    for (const cacheType of kvCacheTypes)
      for (const parallelSlots of [1, 2, 7]) {
        const options = {
          ...given,
          shape: { ...llama3, cacheType },
          parallelSlots,
          freeBytes: 21.3 * GIB,
        };
        const { contextWindow } = largestWindow(options);
        expect(memoryOfWindow({ ...options, contextWindow }).leftBytes).toBeGreaterThanOrEqual(0);
        const more = contextWindow + 256 * parallelSlots;
        expect(memoryOfWindow({ ...options, contextWindow: more }).leftBytes).toBeLessThan(0);
      }
  });
});
