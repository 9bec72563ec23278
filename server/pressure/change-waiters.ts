import { AppError } from "@/server/errors";

/** Who waits until something changes. Bounded: one more is told to come back later. */
export class ChangeWaiters {
  readonly #waiters = new Set<() => void>();
  readonly #ended = new AbortController();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** True once nobody may wait any more: the server stops. */
  get isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /**
   * Resolves at the next change, after `limitMs`, when the signal is aborted, or when all waiting ends.
   * Throws an AppError TOO_MANY when too many wait already.
   */
  async wait({ limitMs, signal }: { limitMs: number; signal: AbortSignal }): Promise<void> {
    if (this.isEnded || signal.aborted) return;
    if (this.#waiters.size >= this.#max)
      throw new AppError(
        "TOO_MANY",
        `${this.#max} clients wait for a change already. Ask again in a few seconds, without wait.`,
      );
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      this.#waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }

  /** Something changed: all go on. */
  wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** The server stops: nobody may hold it up. */
  end(): void {
    this.#ended.abort();
    this.wake();
  }
}
