import type { CountMethodKind } from "@/domain/tokens/count-method";
import type { Encoding } from "@/domain/tokens/encodings";
import type { EffectiveProfile } from "@/domain/tokens/model-profile";
import type { PromptPart } from "@/domain/tokens/prompt-part";
import type { PieceCounts } from "@/domain/tokens/token-encoder";
import type { ValidationRecord } from "@/domain/tokens/validation-record";

// What counting needs of the features beside it; each gives a part at the start, tests give fakes.

/** Whose tokens: an encoding of tiktoken, or a tokenizer.json that is loaded when a worker meets it for the first time. */
export type Vocabulary =
  | { kind: "encoding"; encoding: Encoding }
  | { kind: "tokenizer"; id: string; load: () => Promise<Uint8Array> };

/** Counts off the event loop: short texts at once, long ones in a worker. Rejects with AppError TOO_MANY when too many wait. */
export interface TokenWorkers {
  /** A count a text. Aborted: the work ends soon, and the promise rejects with the signal's reason. */
  count(vocabulary: Vocabulary, texts: readonly string[], signal: AbortSignal): Promise<number[]>;
  /** Null where pieces depend on what came before them. */
  countPieces(
    vocabulary: Vocabulary,
    text: string,
    signal: AbortSignal,
  ): Promise<PieceCounts | null>;
  /** Of UTF-8, in memory that workers share (`SharedArrayBuffer`): a text too long to be held as one here. */
  countBytes(vocabulary: Vocabulary, bytes: Uint8Array, signal: AbortSignal): Promise<number>;
  /** As `parseSections` of the domain: of a long text it takes longer than anybody should wait for. */
  parseSections(text: string, signal: AbortSignal): Promise<PromptPart[]>;
  /** Parses a tokenizer.json within a deadline. Throws INVALID with what is wrong with it. */
  describeTokenizer(
    json: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ description: string; vocabularySize: number }>;
}

/** The profiles of models. */
export interface ModelBook {
  /**
   * Of the profile that has this name or lists it, with what is different for the service; the default profile where no model is named
   * or none is known by the name.
   */
  effective(wanted: {
    model?: string | undefined;
    service?: string | undefined;
  }): Promise<{ profile: EffectiveProfile; isKnown: boolean }>;
}

export interface Tokenizers {
  /** For a worker, by the id of a stored tokenizer. Throws NOT_FOUND. */
  vocabularyOf(tokenizerId: string): Promise<{ vocabulary: Vocabulary; name: string }>;
}

export interface ModelServerCounts {
  /** A count a text, by the server's own `/tokenize`. Throws UPSTREAM, NOT_FOUND. */
  count(
    serverId: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ tokens: number[]; name: string }>;
}

export interface ValidationLedger {
  /** Resolves when it is stored; false: the database is away and it was not. `text` is kept only while PROMPT_SAMPLES is on. */
  record(record: ValidationRecord, text: string | null): Promise<boolean>;
}

export interface CountingErrors {
  /** Of a method for a model, as far as reports have told; null: never compared. */
  errorOf(
    model: string,
    method: { kind: CountMethodKind; name: string },
  ): { errorPercent: number; calls: number } | null;
}

export interface TokenServices {
  workers: TokenWorkers;
  models: ModelBook;
  tokenizers: Tokenizers;
  modelServers: ModelServerCounts;
  ledger: ValidationLedger;
  errors: CountingErrors;
}
