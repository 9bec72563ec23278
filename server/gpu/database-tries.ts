const FIRST_RETRY_MS = 100;
/** Storing goes on at most this long after the database is back. */
const LONGEST_RETRY_MS = 2_000;
/** From here on a statement is so slow that new samples had better wait on disk than in memory. */
const SLOW_MS = 1_000;

/** Whether the database takes samples, and when it is asked again. Shared by all that write. */
export class DatabaseTries {
  readonly #onStateChange: (error: unknown) => void;
  #retryMs = 0;
  #nextTryMs = 0;
  #isSlow = false;
  #error: unknown = null;

  /** Called when writing begins to fail (with the error) and when it works again (null). */
  constructor(onStateChange: (error: unknown) => void = () => undefined) {
    this.#onStateChange = onStateChange;
  }

  /** The last statement worked, and fast enough to wait for. */
  get isThere(): boolean {
    return this.#error === null && !this.#isSlow;
  }

  /** What the last statement failed with; null when it worked. */
  get error(): unknown {
    return this.#error;
  }

  /** How long to wait before the next try. */
  get waitMs(): number {
    return this.#error === null ? 0 : Math.max(0, this.#nextTryMs - performance.now());
  }

  succeeded(durationMs: number): void {
    this.#retryMs = 0;
    this.#isSlow = durationMs > SLOW_MS;
    if (this.#error === null) return;
    this.#error = null;
    this.#onStateChange(null);
  }

  failed(error: unknown): void {
    const next = Math.max(FIRST_RETRY_MS, 2 * this.#retryMs);
    // Jitter, so that replicas that lost the same database do not come back in step.
    this.#retryMs = Math.min(LONGEST_RETRY_MS, next * (0.75 + Math.random() / 2));
    this.#nextTryMs = performance.now() + this.#retryMs;
    const isFirst = this.#error === null;
    this.#error = error;
    if (isFirst) this.#onStateChange(error);
  }
}
