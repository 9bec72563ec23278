import { createHash } from "node:crypto";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { databaseProblem } from "./database-problem";

const POLL_MS = 1_000;
const HEARTBEAT_MS = 5_000;
const ANSWER_LIMIT_MS = 5_000;
const CLOSE_LIMIT_MS = 1_000;
const FIRST_RETRY_DELAY_MS = 250;
const LONGEST_RETRY_DELAY_MS = 10_000;
/** How long work may take to end after its signal was aborted. */
const WORK_END_LIMIT_MS = 5_000;

// Else PostgreSQL keeps the lock of a machine that vanished without a word for two hours.
const SESSION = `SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
  SET tcp_user_timeout = '25s'; SET idle_session_timeout = 0`;

interface AdvisoryLockOptions {
  /** A direct connection: behind a pooler in transaction mode a session lock means nothing. */
  url: string;
  /** What only one process may do, such as "gpu-writer". */
  name: string;
  /**
   * Called each time this process becomes the one. The signal is aborted when the lock is lost or given back; the work
   * must end then. The lock is kept when it returns early; it is given back when it throws.
   */
  onHeld: (signal: AbortSignal) => void | Promise<void>;
  /** Called after a lock was lost (not after `stop`), with a sentence. */
  onLost?: (reason: string) => void;
  log: (text: string) => void;
  /** How often a waiting process asks; the lock changes hands within this time. */
  pollMs?: number;
}

/** The same 64-bit number in every process and release, as text, since it does not fit into a number. */
export function advisoryLockKey(name: string): string {
  return createHash("sha256").update(`sightline:${name}`).digest().readBigInt64BE(0).toString();
}

/** The session that holds or waits for the lock. `lost` is aborted when it is gone. */
class LockSession {
  readonly #client: pg.Client;
  readonly #socket = new Socket();
  readonly #lost = new AbortController();

  constructor(url: string) {
    this.#client = new pg.Client({
      connectionString: url,
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: ANSWER_LIMIT_MS,
      query_timeout: ANSWER_LIMIT_MS,
      application_name: "sightline lock",
    });
    const lose = (error?: Error) => {
      this.#lost.abort(error ?? new Error("server closed the connection"));
    };
    this.#client.on("error", lose);
    this.#client.on("end", lose);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async open(): Promise<void> {
    await this.#client.connect();
    await this.#client.query(SESSION);
  }

  async tryLock(key: string): Promise<boolean> {
    const answer = await this.#client.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock($1::bigint) AS held",
      [key],
    );
    return answer.rows[0]?.held === true;
  }

  async ping(): Promise<void> {
    await this.#client.query("SELECT 1");
  }

  /** Ends the session and with it the lock; a connection that does not answer is cut. */
  async close(): Promise<void> {
    const ended = this.#client.end().catch(() => undefined);
    await Promise.race([ended, sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    this.#socket.destroy();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Jitter, so that replicas that lost the same database do not come back in step. */
const jittered = (ms: number) => ms * (0.75 + Math.random() / 2);

async function waitForLock(
  session: LockSession,
  options: AdvisoryLockOptions,
  stopping: AbortSignal,
): Promise<boolean> {
  // Asking, not waiting inside PostgreSQL: a statement that waits for hours holds back its clean-up of old rows.
  const key = advisoryLockKey(options.name);
  while (!stopping.aborted) {
    session.lost.throwIfAborted();
    // One that arrives after the stop is given back with the session.
    if (await session.tryLock(key)) return !stopping.aborted;
    await pause(jittered(options.pollMs ?? POLL_MS), AbortSignal.any([stopping, session.lost]));
  }
  return false;
}

/** Keeps asking whether the session still lives, until it is lost or `until` is aborted. */
async function watchSession(session: LockSession, until: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([until, session.lost]);
  await pause(HEARTBEAT_MS, signal);
  while (!signal.aborted) {
    await session.ping();
    await pause(HEARTBEAT_MS, signal);
  }
  session.lost.throwIfAborted();
}

async function holdOnce(
  session: LockSession,
  options: AdvisoryLockOptions,
  stopping: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, session.lost, over.signal]);
  const work = (async () => {
    await options.onHeld(signal);
  })();
  const failure = new Promise<never>((_, reject) => {
    work.catch((error: unknown) => {
      if (!signal.aborted) reject(asError(error));
    });
  });
  try {
    await Promise.race([watchSession(session, stopping), failure]);
  } finally {
    over.abort(new Error("the lock is no longer held"));
    // The work of this turn ends before the lock is given back: no two turns overlap.
    await Promise.race([
      work.catch(() => undefined),
      sleep(WORK_END_LIMIT_MS, undefined, { ref: false }),
    ]);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function reasonOf(error: unknown): string {
  return databaseProblem(error).message;
}

/** One session: connect, wait, hold. Resolves true when the lock was held before it was lost. */
async function takeTurn(options: AdvisoryLockOptions, stopping: AbortSignal): Promise<boolean> {
  const session = new LockSession(options.url);
  let held = false;
  try {
    await session.open();
    held = await waitForLock(session, options, stopping);
    if (held) await holdOnce(session, options, stopping);
  } catch (error) {
    if (stopping.aborted) return held;
    const reason = reasonOf(error);
    options.log(`lock "${options.name}" ${held ? "lost" : "not reached"}: ${reason}`);
    if (held) options.onLost?.(reason);
  } finally {
    await session.close();
  }
  return held;
}

/**
 * "Only one process of several does this": takes a Postgres advisory lock, waits while another holds it, takes it again
 * after a lost connection, with back-off. The database gives it to another process when this one dies.
 */
export function holdAdvisoryLock(options: AdvisoryLockOptions): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    let delayMs = FIRST_RETRY_DELAY_MS;
    while (!stopping.signal.aborted) {
      const held = await takeTurn(options, stopping.signal);
      delayMs = held ? FIRST_RETRY_DELAY_MS : Math.min(2 * delayMs, LONGEST_RETRY_DELAY_MS);
      await pause(jittered(delayMs), stopping.signal);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
