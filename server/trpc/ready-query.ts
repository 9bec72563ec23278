import type { Context } from "./context";

/** One call of a ready query: the same key and edition, the same answer, whoever may ask at all. */
export interface ReadyCall {
  key: string;
  /** Changes when there may be another answer; asked at every call, so it must be cheap. */
  edition: () => string;
}

/**
 * A query whose answers are kept as bytes (docs/decisions/0014): many ask the same, and serialising costs more than all the rest.
 * Its answer must not depend on who asks.
 */
export interface ReadyQuery {
  /** Null when the input is not valid: tRPC then says what is wrong with it. */
  prepare(
    context: Omit<Context, "actor" | "requestId" | "signal">,
    input: unknown,
  ): ReadyCall | null;
  /** False of an answer that must not serve again, such as one from memory while the database is away. */
  isKept(answer: unknown): boolean;
}

/** By path: `gpu.history`. */
export type ReadyQueries = Readonly<Record<string, ReadyQuery>>;
