import {
  DEFAULT_RESERVE_SHARE,
  kvBytesPerToken,
  largestWindow,
  memoryOfWindow,
  type WindowFit,
} from "@/domain/tokens/kv-cache";
import type { KvShape, ModelProfile } from "@/domain/tokens/model-profile";
import type { MemoryDraft } from "./memory-fields";
import { readCount, readDecimal } from "./read-count";

/** What stands in the calculator: numbers as they were typed. */
export interface FitDraft extends MemoryDraft {
  /** `window`: the largest that fits; `memory`: what a wanted one needs. */
  question: "window" | "memory";
  parallelSlots: string;
  contextWindow: string;
  reservePercent: string;
  /** The weights are in the used memory already. */
  isLoaded: boolean;
}

export function fitDraftOf(profile: ModelProfile | null): FitDraft {
  const text = (value: number | null | undefined) => String(value ?? "");
  const { kvShape, weightsGib, parallelSlots, contextWindow } = profile ?? {};
  return {
    question: "window",
    layers: text(kvShape?.layers),
    kvHeads: text(kvShape?.kvHeads),
    headSize: text(kvShape?.headSize),
    cacheType: kvShape?.cacheType ?? "f16",
    weightsGib: text(weightsGib),
    parallelSlots: text(parallelSlots ?? 1),
    contextWindow: text(contextWindow ?? 8_192),
    reservePercent: String(DEFAULT_RESERVE_SHARE * 100),
    // Without it nothing could be said: then it is about what is free beside the weights.
    isLoaded: (weightsGib ?? null) === null,
  };
}

const GIB = 1_024 ** 3;

export interface Fit extends WindowFit {
  bytesPerToken: number;
  parallelSlots: number;
}

type FitAnswer = { fit: Fit } | { missing: string };

/** The answer, or what is missing for one. `freeBytes`: of the chosen GPU. */
export function fitOfDraft(draft: FitDraft, freeBytes: number | null): FitAnswer {
  const shape = shapeOf(draft);
  if (shape === null)
    return {
      missing:
        "Layers, KV heads and head size of the model are needed. They stand in its config.json.",
    };
  const parallelSlots = readCount(draft.parallelSlots, { min: 1, max: 10_000 });
  if (parallelSlots === null) return { missing: "Slots: a whole number from 1 on." };
  const reserve = Number(draft.reservePercent.trim() || "0");
  if (!(reserve >= 0 && reserve < 100))
    return { missing: "Kept free: a percentage from 0 to below 100." };
  const weightsBytes = weightsBytesOf(draft);
  if (weightsBytes === null)
    return {
      missing: "Say how large the weights are, or that they are in memory already.",
    };
  if (freeBytes === null) return { missing: "Choose a GPU that tells its memory." };
  const options = { shape, freeBytes, weightsBytes, reserveShare: reserve / 100, parallelSlots };
  return answer(draft, options);
}

function answer(draft: FitDraft, options: Parameters<typeof largestWindow>[0]): FitAnswer {
  try {
    const more = {
      bytesPerToken: kvBytesPerToken(options.shape),
      parallelSlots: options.parallelSlots,
    };
    if (draft.question === "window") return { fit: { ...largestWindow(options), ...more } };
    const contextWindow = readCount(draft.contextWindow, { min: 1, max: 100_000_000 });
    if (contextWindow === null) return { missing: "Window: a whole number from 1 on." };
    return { fit: { ...memoryOfWindow({ ...options, contextWindow }), ...more } };
  } catch (error) {
    if (error instanceof RangeError) return { missing: error.message };
    throw error;
  }
}

function shapeOf(draft: FitDraft): KvShape | null {
  const layers = readCount(draft.layers, { min: 1, max: 10_000 });
  const kvHeads = readCount(draft.kvHeads, { min: 1, max: 10_000 });
  const headSize = readCount(draft.headSize, { min: 1, max: 100_000 });
  if (layers === null || kvHeads === null || headSize === null) return null;
  return { layers, kvHeads, headSize, cacheType: draft.cacheType };
}

function weightsBytesOf({ isLoaded, weightsGib }: FitDraft): number | null {
  if (isLoaded) return 0;
  const gib = readDecimal(weightsGib, { above: 0, max: 100_000 });
  return gib === null ? null : gib * GIB;
}
