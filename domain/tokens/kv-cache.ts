import type { KvShape } from "./model-profile";

// Free of zod: the calculator of the models page runs in browsers.

export const kvCacheTypes = [
  "f16",
  "bf16",
  "f8",
  "q8_0",
  "q5_1",
  "q5_0",
  "q4_1",
  "q4_0",
  "f32",
] as const satisfies readonly KvShape["cacheType"][];
export type KvCacheType = KvShape["cacheType"];

/** Values that a block of llama.cpp's quantised types holds together with their scale (and offset). */
const BLOCK_VALUES = 32;

/**
 * Bytes of 32 values. Quantised: the block structs of ggml (ggml/src/ggml-common.h): a 16-bit scale, in the `_1` types a 16-bit offset,
 * in the 5-bit types 4 bytes of fifth bits, and 32 values of 8 or 4 bits.
 */
const blockBytes: Readonly<Record<KvCacheType, number>> = {
  f32: 128,
  f16: 64,
  bf16: 64,
  f8: 32,
  q8_0: 34,
  q5_1: 24,
  q5_0: 22,
  q4_1: 20,
  q4_0: 18,
};

/** Windows are given in steps of this, as llama.cpp pads the context of a sequence. */
const WINDOW_STEP = 256;

/** Share of the free memory that stays free for compute buffers and fragments, unless told otherwise. */
export const DEFAULT_RESERVE_SHARE = 0.1;

/**
 * Bytes of the key-value cache that one token needs in all layers:
 *
 *   2 × layers × KV heads × head size × bytes of a value
 *
 * 2 for a key and a value; layers that keep a cache only (attention layers of a hybrid model); KV heads are fewer than query heads
 * where they are shared (grouped-query attention). A quantised cache has bytes a block of 32 values, see above.
 *
 * Source: Pope et al., "Efficiently Scaling Transformer Inference" (2022), section 2; llama.cpp allocates the same
 * (`n_embd_k_gqa` and `n_embd_v_gqa` a layer), and prints it as "KV self size".
 *
 * Throws RangeError for a quantised type whose blocks do not fit the heads of a layer.
 */
export function kvBytesPerToken({ layers, kvHeads, headSize, cacheType }: KvShape): number {
  const valuesPerLayer = kvHeads * headSize;
  if (cacheType.startsWith("q") && valuesPerLayer % BLOCK_VALUES !== 0)
    throw new RangeError(
      `${cacheType} keeps values in blocks of ${BLOCK_VALUES}: KV heads × head size is ${valuesPerLayer}, which is no multiple of it. Choose f16.`,
    );
  return (2 * layers * valuesPerLayer * blockBytes[cacheType]) / BLOCK_VALUES;
}

/** What a window needs, and what is left for it; sizes in bytes. */
export interface WindowFit {
  /** Tokens of the whole context, a multiple of 256 for each slot; 0: not one slot fits. */
  contextWindow: number;
  /** Of one slot. */
  slotWindow: number;
  kvBytes: number;
  weightsBytes: number;
  /** Kept free. */
  reserveBytes: number;
  /** Left over behind the window; negative: that much is missing. */
  leftBytes: number;
}

interface FitOptions {
  shape: KvShape;
  freeBytes: number;
  /** Weights that are still to be loaded; 0: they are in memory already, and not in `freeBytes`. */
  weightsBytes: number;
  /** Share of `freeBytes` that stays free, 0 to below 1. */
  reserveShare: number;
}

/**
 * The largest window that fits: (free × (1 − reserve) − weights) / bytes a token, in equal slots. Slots share one context, so more of
 * them do not need more memory, each only gets less.
 */
export function largestWindow({
  parallelSlots,
  ...options
}: FitOptions & { parallelSlots: number }): WindowFit {
  const perToken = kvBytesPerToken(options.shape);
  const room = options.freeBytes * (1 - options.reserveShare) - options.weightsBytes;
  const step = WINDOW_STEP * parallelSlots;
  const steps = Math.max(0, Math.floor(room / perToken / step));
  return { ...fitOf(steps * step, options), slotWindow: steps * WINDOW_STEP };
}

/** The reverse: what a window needs of the free memory. */
export function memoryOfWindow({
  contextWindow,
  parallelSlots,
  ...options
}: FitOptions & { contextWindow: number; parallelSlots: number }): WindowFit {
  const slotWindow = Math.floor(contextWindow / parallelSlots);
  return { ...fitOf(contextWindow, options), slotWindow };
}

function fitOf(
  contextWindow: number,
  { shape, freeBytes, weightsBytes, reserveShare }: FitOptions,
): Omit<WindowFit, "slotWindow"> {
  const kvBytes = contextWindow * kvBytesPerToken(shape);
  const reserveBytes = freeBytes * reserveShare;
  const leftBytes = freeBytes - reserveBytes - weightsBytes - kvBytes;
  return { contextWindow, kvBytes, weightsBytes, reserveBytes, leftBytes };
}
