const MAX_RUNNING = 6; // of 10 connections: the others belong to the writer and to short reads
const MAX_WAITING = 64;
const AWAY_AFTER_FAILURES = 2;

/** The database did not answer in time, or too many already wait for it. */
class DatabaseAwayError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseAwayError";
  }
}

/** `limitMs` overrides the guard's own limit for one read. */
export type DatabaseGuard = <T>(read: () => Promise<T>, limitMs?: number) => Promise<T>;

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

/** At most `MAX_RUNNING` at a time; the others wait in line. A read that nobody waits for any more keeps its place until it ends. */
class Line {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  get running(): number {
    return this.#running;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<void> {
    if (this.#running < MAX_RUNNING) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= MAX_WAITING)
      return Promise.reject(new DatabaseAwayError("too many reads wait"));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

/**
 * Runs reads of the database so that nobody waits longer than the limit. After two failures in a row one read at a time
 * tries, and all others fail at once, until one succeeds: a database that is away costs its readers nothing.
 */
export function createDatabaseGuard(usualLimitMs: number): DatabaseGuard {
  const line = new Line();
  let failuresInARow = 0;
  return async function guard(read, limitMs = usualLimitMs) {
    if (failuresInARow >= AWAY_AFTER_FAILURES && line.running > 0)
      throw new DatabaseAwayError("the database is away");
    try {
      const answer = await within(line.run(read), limitMs);
      failuresInARow = 0;
      return answer;
    } catch (error) {
      failuresInARow++;
      throw error;
    }
  };
}
