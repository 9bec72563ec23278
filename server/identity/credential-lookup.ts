import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/server/errors";
import { LateAnswerError, within } from "@/server/within";

/** Answered without asking the database again. */
const FRESH_MS = 2_000;
/** Whoever was let in before is let in while the database is away, for this long at most. */
const KEPT_MS = 15 * 60_000;
/** The database does not answer: for this long nobody waits for it again. */
const AWAY_MS = 1_000;
/** What is known need not wait long for what is newer. */
const KNOWN_LIMIT_MS = 1_000;
const UNKNOWN_LIMIT_MS = 5_000;
const MAX_ENTRIES = 10_000;
/** More that nobody has seen before are a flood, not people. */
const MAX_READS = 500;
const MAX_REREADS = 3;

interface Entry<Row> {
  row: Row;
  readAtMs: number;
  /** Reading it again took too long: until then nobody waits for that. */
  restUntilMs: number;
}

/**
 * Rows of one kind of credential by its token, from memory for 2 s and then from the database again. While that is away, rows of
 * the last 15 minutes still serve and all others are refused as UNAVAILABLE.
 */
export class CredentialLookup<Row extends object> {
  readonly #find: (hash: Buffer<ArrayBuffer>) => Promise<Row | null>;
  readonly #hashOf: (row: Row) => Uint8Array;
  readonly #monotonicMs: () => number;
  readonly #onProblem: (error: unknown) => void;
  /** Both hold those looked up last; what was looked up longest ago falls out. */
  readonly #known = new Map<string, Entry<Row>>();
  readonly #unknown = new Map<string, number>();
  readonly #reads = new Map<string, Promise<Row | null>>();
  #edition = 0;
  #awayUntilMs = -Infinity;

  constructor(options: {
    find: (hash: Buffer<ArrayBuffer>) => Promise<Row | null>;
    hashOf: (row: Row) => Uint8Array;
    monotonicMs: () => number;
    onProblem: (error: unknown) => void;
  }) {
    this.#find = options.find;
    this.#hashOf = options.hashOf;
    this.#monotonicMs = options.monotonicMs;
    this.#onProblem = options.onProblem;
  }

  /** Null: there is no such credential. Rejects with UNAVAILABLE when that cannot be known now. */
  get(token: string): Row | null | Promise<Row | null> {
    const name = hash("sha256", token, "base64"); // at once: a hash object costs as much as all the rest
    const nowMs = this.#monotonicMs();
    const entry = this.#known.get(name);
    if (entry && nowMs - entry.readAtMs < FRESH_MS) return entry.row;
    const missedAtMs = this.#unknown.get(name);
    if (missedAtMs !== undefined && nowMs - missedAtMs < FRESH_MS) return null;
    if (nowMs < Math.max(this.#awayUntilMs, entry?.restUntilMs ?? -Infinity))
      return this.#kept(name) ?? Promise.reject(awayError());
    return this.#look(name);
  }

  /** Rows that match are read again before they serve again, also by a read that is under way. */
  forget(matches: (row: Row) => boolean): void {
    this.#edition += 1;
    for (const [name, { row }] of this.#known) if (matches(row)) this.#known.delete(name);
  }

  async #look(name: string): Promise<Row | null> {
    const before = this.#known.get(name);
    try {
      return await within(before ? KNOWN_LIMIT_MS : UNKNOWN_LIMIT_MS, this.#read(name));
    } catch (error) {
      const restUntilMs = this.#monotonicMs() + AWAY_MS;
      if (before) before.restUntilMs = restUntilMs;
      // Slow for one that is known says little of the database; no answer at all says that it is away.
      if (!before || !(error instanceof LateAnswerError)) this.#awayUntilMs = restUntilMs;
      this.#onProblem(error);
      const row = this.#kept(name);
      if (row) return row;
      throw awayError();
    }
  }

  #kept(name: string): Row | null {
    const entry = this.#known.get(name);
    return entry && this.#monotonicMs() - entry.readAtMs < KEPT_MS ? entry.row : null;
  }

  /** One read a credential, however many wait for it. */
  #read(name: string): Promise<Row | null> {
    const running = this.#reads.get(name);
    if (running) return running;
    if (this.#reads.size >= MAX_READS)
      return Promise.reject(new Error("too many credentials are looked up at once"));
    const read = this.#readUntilCurrent(name).finally(() => this.#reads.delete(name));
    this.#reads.set(name, read);
    return read;
  }

  async #readUntilCurrent(name: string): Promise<Row | null> {
    const wanted = Buffer.from(name, "base64");
    for (let tries = 1; ; tries++) {
      const edition = this.#edition;
      const readAtMs = this.#monotonicMs(); // what is read is as old as the question
      const found = await this.#find(wanted);
      const row = found && timingSafeEqual(wanted, this.#hashOf(found)) ? found : null;
      const isCurrent = edition === this.#edition;
      if (isCurrent) this.#keep(name, row, readAtMs);
      if (isCurrent || tries >= MAX_REREADS) return row;
    }
  }

  #keep(name: string, row: Row | null, readAtMs: number): void {
    this.#known.delete(name);
    this.#unknown.delete(name);
    if (row === null) keepNewest(this.#unknown, name, readAtMs);
    else keepNewest(this.#known, name, { row, readAtMs, restUntilMs: -Infinity });
  }
}

function keepNewest<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest);
}

function awayError(): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The database does not answer, so nobody new can be let in now. Try again in a moment.",
  );
}
