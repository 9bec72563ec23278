import type { Logger } from "@/server/logger";
import { CredentialLookup } from "./credential-lookup";
import type { CredentialStore, KeyRow, SessionRow } from "./credential-store";
import { CredentialUsage } from "./credential-usage";

const FLUSH_EVERY_MS = 10_000;
const LOG_EVERY_MS = 10_000;

/**
 * What the database says of sessions and keys, kept for a short time. Whoever changes a user, session or key tells it after the
 * change is committed: then it acts in this process at once, and elsewhere within 2 s.
 */
export class CredentialCache {
  readonly sessions: CredentialLookup<SessionRow>;
  readonly keys: CredentialLookup<KeyRow>;
  readonly usage: CredentialUsage;
  readonly #store: CredentialStore;
  readonly #logger: Pick<Logger, "warn">;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> | null = null;
  #loggedAtMs = -Infinity;

  constructor(options: {
    store: CredentialStore;
    logger: Pick<Logger, "warn">;
    nowMs: () => number;
    monotonicMs?: () => number;
  }) {
    const { store, logger, nowMs, monotonicMs = () => performance.now() } = options;
    this.#store = store;
    this.#logger = logger;
    const onProblem = (error: unknown) => {
      this.#warn(error, "Sessions and keys could not be looked up");
    };
    this.sessions = new CredentialLookup({
      find: (hash) => store.findSession(hash),
      hashOf: ({ tokenHash }) => tokenHash,
      monotonicMs,
      onProblem,
    });
    this.keys = new CredentialLookup({
      find: (hash) => store.findKey(hash),
      hashOf: ({ keyHash }) => keyHash,
      monotonicMs,
      onProblem,
    });
    this.usage = new CredentialUsage({ nowMs, monotonicMs });
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.#timer.unref();
  }

  /** The user's role or state has changed, or all of the user's sessions have. */
  invalidateUser(id: string): void {
    this.sessions.forget(({ userId }) => userId === id);
    this.#tell();
  }

  invalidateSession(id: string): void {
    this.sessions.forget((row) => row.id === id);
    this.#tell();
  }

  invalidateKey(id: string): void {
    this.keys.forget((row) => row.id === id);
    this.#tell();
  }

  /** Called at every invalidation. Answers the function that ends it. */
  onInvalidate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Writes uses and calls now. Never rejects: what could not be written is written later. */
  flush(): Promise<void> {
    this.#flushing ??= this.usage
      .flush(this.#store)
      .catch((error: unknown) => {
        this.#warn(error, "The last use of sessions and keys could not be written; it is kept");
      })
      .finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.flush();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #warn(error: unknown, text: string): void {
    const atMs = performance.now();
    if (atMs - this.#loggedAtMs < LOG_EVERY_MS) return; // while the database is away every request has one
    this.#loggedAtMs = atMs;
    this.#logger.warn({ err: error }, text);
  }
}
