import type { PromptPart } from "@/domain/tokens/prompt-part";
import type { Encoding } from "@/domain/tokens/encodings";
import type { PieceCounts } from "@/domain/tokens/token-encoder";

/** A vocabulary as a worker is told of it: one of a tokenizer.json asks for its bytes when it is not at hand. */
export type JobVocabulary =
  { kind: "encoding"; encoding: Encoding } | { kind: "tokenizer"; id: string };

/** What a worker does. Bytes are shared with it, not copied. */
export type WorkerJob =
  | { kind: "count"; vocabulary: JobVocabulary; texts: readonly string[] }
  | { kind: "countPieces"; vocabulary: JobVocabulary; text: string }
  | { kind: "countBytes"; vocabulary: JobVocabulary; bytes: Uint8Array }
  | { kind: "describe"; json: Uint8Array }
  | { kind: "parseSections"; text: string };

export interface JobResults {
  count: number[];
  countPieces: PieceCounts | null;
  countBytes: number;
  describe: { description: string; vocabularySize: number };
  parseSections: PromptPart[];
}

export type MessageToWorker =
  | { type: "job"; id: number; job: WorkerJob; stop: Int32Array }
  /** Null: it could not be loaded, and nobody waits any more. */
  | { type: "vocabulary"; id: number; bytes: Uint8Array | null };

export type MessageFromWorker =
  | { type: "done"; id: number; result: JobResults[keyof JobResults] }
  | { type: "needs-vocabulary"; id: number }
  /** `sentence`: of what is wrong with the input; null when the worker itself failed. */
  | { type: "failed"; id: number; sentence: string | null; detail: string };
