import type { Encoding } from "@/domain/tokens/encodings";
import type { DraftSection } from "./draft";

export interface MeasureInput {
  encoding: Encoding;
  sections: readonly DraftSection[];
  /** What the prompt may have; null: nothing is truncated. */
  maxTokens: number | null;
  /** The profile's list, removed first to last. */
  priorities: readonly { name: string; required: boolean }[];
}

export interface RemovedPart {
  /** In the list of sections. */
  index: number;
  savedTokens: number;
  /** Of the prompt after this removal. */
  leftTokens: number;
}

export interface Truncation {
  /** In the order of removal. */
  removed: readonly RemovedPart[];
  finalTokens: number;
  /** What is left, one section behind the other. */
  text: string;
  /** Even without everything that may go it was too long, and its end was cut off. */
  wasCut: boolean;
  /** Removed sections that would still fit, the most important first. */
  restorable: readonly number[];
}

/** Tokens of a prompt, of each of its sections, and what truncation does to it. */
export interface PromptMeasure {
  encoding: Encoding;
  /** Of the sections, in the order that was measured; `index` of other members is a place in it. */
  keys: readonly string[];
  totalTokens: number;
  sectionTokens: readonly number[];
  /** Null: it fits, or nobody asked. */
  truncation: Truncation | null;
  durationMs: number;
}

export interface SplitInput {
  encoding: Encoding;
  text: string;
  /** So many tokens are described; the rest is only counted. */
  maxTokens: number;
}

/** A text as it falls into tokens; the arrays hold the first `ids.length` of them. */
export interface TokenSplit {
  encoding: Encoding;
  text: string;
  totalTokens: number;
  ids: Uint32Array<ArrayBuffer>;
  /** UTF-16 offset of the last whole character that is complete behind each token. */
  ends: Uint32Array<ArrayBuffer>;
  byteLengths: Uint32Array<ArrayBuffer>;
  /** 1: the token ends within a character. */
  isPartial: Uint8Array<ArrayBuffer>;
}

export type WorkerRequest =
  | { id: number; kind: "measure"; input: MeasureInput }
  | { id: number; kind: "split"; input: SplitInput };

export type WorkerAnswer =
  | { kind: "loading"; loadedBytes: number; totalBytes: number | null }
  /** The ranks are there and the work begins. */
  | { kind: "started"; id: number }
  | { kind: "measured"; id: number; measure: PromptMeasure }
  | { kind: "split"; id: number; split: TokenSplit }
  | { kind: "failed"; id: number; reason: string };
