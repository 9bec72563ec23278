import { AppError } from "@/server/errors";
import { isDatabaseThere, isDatabaseUnreachable } from "./store-error";

const MAX_RUNNING = 6; // of 10 connections: the others belong to the writer and to short reads
const MAX_WAITING = 64;
const AWAY_AFTER_FAILURES = 2;

/** The database did not answer in time, lately or now. */
class DatabaseAwayError extends Error {
  readonly code = "ETIMEDOUT";

  constructor(message: string) {
    super(message);
    this.name = "DatabaseAwayError";
  }
}

/** `limitMs` overrides the guard's own limit for one read. */
export type DatabaseGuard = <T>(read: () => Promise<T>, limitMs?: number) => Promise<T>;

export interface DatabaseGuardOptions {
  /** How long one read may take, its wait in line included. */
  limitMs: number;
  /** Called when reads begin to fail (with the error) and when one works again (null). */
  onStateChange?: (error: unknown) => void;
}

/** Rejects when `limitMs` is over first. The work goes on; the database's own limit ends it. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseAwayError("no answer in time"));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * At most `MAX_RUNNING` at a time; the others wait in line. One that nobody waits for any more keeps its place until it
 * ends when it runs, and leaves the line when it does not.
 */
class Line {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  get running(): number {
    return this.#running;
  }

  async run<T>(work: () => Promise<T>, nobodyWaits: AbortSignal): Promise<T> {
    await this.#enter(nobodyWaits);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(nobodyWaits: AbortSignal): Promise<void> {
    if (this.#running < MAX_RUNNING) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.size >= MAX_WAITING)
      return Promise.reject(
        new AppError("UNAVAILABLE", "Too many reads wait for the database: try again in a moment."),
      );
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      nobodyWaits.addEventListener("abort", () => this.#waiting.delete(resolve), { once: true });
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else this.#running--;
  }
}

/**
 * Runs reads of the database so that nobody waits longer than the limit. After two in a row that it did not answer, one read
 * at a time tries, and all others fail at once, until it answers: a database that is away costs its readers nothing. A
 * statement that it refuses is an answer.
 */
export function createDatabaseGuard(options: DatabaseGuardOptions): DatabaseGuard {
  const line = new Line();
  let unansweredInARow = 0;
  let isFailing = false;
  const report = (error: unknown) => {
    const changes = isFailing !== (error !== null);
    isFailing = error !== null;
    if (changes) options.onStateChange?.(error);
  };
  return async function guard(read, limitMs = options.limitMs) {
    if (unansweredInARow >= AWAY_AFTER_FAILURES && line.running > 0)
      throw new DatabaseAwayError("the database is away");
    const waiter = new AbortController();
    let hasBegun = false as boolean;
    const begin = () => {
      hasBegun = true;
      return read();
    };
    try {
      const answer = await within(line.run(begin, waiter.signal), limitMs);
      unansweredInARow = 0;
      report(null);
      return answer;
    } catch (error) {
      waiter.abort();
      const isUnanswered = error instanceof DatabaseAwayError || isDatabaseUnreachable(error);
      if (hasBegun && isUnanswered) unansweredInARow++;
      else if (isDatabaseThere(error)) unansweredInARow = 0;
      report(error);
      throw error;
    }
  };
}
