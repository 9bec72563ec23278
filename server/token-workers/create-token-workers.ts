import { availableParallelism } from "node:os";
import type { Encoding } from "@/domain/tokens/encodings";
import { mayHoldSections, parseSections } from "@/domain/tokens/parse-sections";
import { EncodingStopped, type StopCheck, type TokenEncoder } from "@/domain/tokens/token-encoder";
import { AppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import type { TokenWorkers, Vocabulary } from "@/server/tokens";
import { shareBytes } from "./share-bytes";
import type { JobVocabulary } from "./worker-job";
import { WorkerPool, type WorkerPoolOptions } from "./worker-pool";
import type { Task, WorkerProgram } from "./worker-thread";

const MOST_WORKERS = 2;
/** In UTF-16 units, of all texts of a call together. */
const AT_ONCE_UNITS = 65_536;
/** What is not counted in this time although it is short goes to a worker all the same: one endless word for instance. */
const AT_ONCE_MS = 8;
/** Texts up to here are split into sections at once, whatever they are made of: a heading a line takes 4 ms. */
const PARSE_AT_ONCE_UNITS = 16_384;
const COUNT_WITHIN_MS = 60_000;
const DESCRIBE_WITHIN_MS = 20_000;

const usual = {
  size: Math.min(MOST_WORKERS, availableParallelism()),
  mostWaiting: 64,
  mostWaitingBytes: 256 << 20,
  stopWithinMs: 2_000,
} as const;

export interface TokenWorkersOptions extends Partial<WorkerPoolOptions> {
  program: WorkerProgram;
  logger: Pick<Logger, "warn">;
  /** Encoders that this thread has: short texts are counted with them at once. */
  atOnce?: ReadonlyMap<Encoding, TokenEncoder>;
  /** For how long texts are counted at once. */
  atOnceStop?: () => StopCheck;
  describeWithinMs?: number;
}

export interface RunningTokenWorkers extends TokenWorkers {
  stop(): Promise<void>;
}

/** Counts in this thread what is short, and in workers what is not. No worker runs before it is needed. */
export function createTokenWorkers(options: TokenWorkersOptions): RunningTokenWorkers {
  const { atOnce = new Map<Encoding, TokenEncoder>(), atOnceStop = stopSoon } = options;
  const { describeWithinMs = DESCRIBE_WITHIN_MS } = options;
  const pool = new WorkerPool({ ...usual, ...options });

  function encoderFor(vocabulary: Vocabulary, units: number): TokenEncoder | null {
    if (vocabulary.kind !== "encoding" || units > AT_ONCE_UNITS) return null;
    return atOnce.get(vocabulary.encoding) ?? null;
  }

  /** Undefined when it took too long, or is not for here. */
  function tryAtOnce<Value>(
    encoder: TokenEncoder | null,
    work: (encoder: TokenEncoder, stop: StopCheck) => Value,
  ): Value | undefined {
    try {
      return encoder ? work(encoder, atOnceStop()) : undefined;
    } catch (error) {
      if (error instanceof EncodingStopped) return undefined;
      throw error;
    }
  }

  return {
    async count(vocabulary, texts, signal) {
      signal.throwIfAborted();
      const units = texts.reduce((sum, text) => sum + text.length, 0);
      if (units === 0) return texts.map(() => 0);
      const counted = tryAtOnce(encoderFor(vocabulary, units), (encoder, stop) =>
        texts.map((text) => encoder.count(text, stop)),
      );
      return (
        counted ??
        pool.run({ kind: "count", vocabulary: told(vocabulary), texts }, taskOf(vocabulary, signal))
      );
    },
    async countPieces(vocabulary, text, signal) {
      signal.throwIfAborted();
      const pieces = tryAtOnce(
        encoderFor(vocabulary, text.length),
        (encoder, stop) => encoder.countPieces?.(text, stop) ?? null,
      );
      if (pieces !== undefined) return pieces;
      const job = { kind: "countPieces", vocabulary: told(vocabulary), text } as const;
      return pool.run(job, taskOf(vocabulary, signal));
    },
    async countBytes(vocabulary, bytes, signal) {
      const job = { kind: "countBytes", vocabulary: told(vocabulary), bytes } as const;
      return pool.run(job, taskOf(vocabulary, signal));
    },
    async parseSections(text, signal) {
      signal.throwIfAborted();
      if (text.length <= PARSE_AT_ONCE_UNITS || !mayHoldSections(text)) return parseSections(text);
      const limit = { milliseconds: COUNT_WITHIN_MS, error: tooLong };
      return pool.run({ kind: "parseSections", text }, { signal, load: null, limit });
    },
    async describeTokenizer(json, signal) {
      const job = { kind: "describe", json: await shareBytes(json) } as const;
      const limit = { milliseconds: describeWithinMs, error: tooHardToRead };
      return pool.run(job, { signal, load: null, limit });
    },
    stop: () => pool.stop(),
  };
}

function told(vocabulary: Vocabulary): JobVocabulary {
  return vocabulary.kind === "encoding" ? vocabulary : { kind: "tokenizer", id: vocabulary.id };
}

function taskOf(
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Pick<Task, "signal" | "load" | "limit"> {
  return {
    signal,
    load: vocabulary.kind === "tokenizer" ? vocabulary.load : null,
    limit: { milliseconds: COUNT_WITHIN_MS, error: tooLong },
  };
}

function stopSoon(): StopCheck {
  const untilMs = performance.now() + AT_ONCE_MS;
  return { isStopped: () => performance.now() > untilMs };
}

function tooLong(): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The count took longer than a minute and was ended. Send less text at once.",
  );
}

function tooHardToRead(): AppError {
  return new AppError(
    "INVALID",
    "The tokenizer could not be read in time, so it is not taken. Check that it is a tokenizer.json of Hugging Face.",
  );
}
