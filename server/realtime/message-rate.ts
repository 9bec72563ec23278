const WINDOW_MS = 1_000;
const MAX_MESSAGES_A_WINDOW = 50;

/** Counts what one client sends. Pages and tools send a few messages a minute. */
export class MessageRate {
  #windowStartMs = -Infinity;
  #messages = 0;

  /** Counts one more; true when that is more than 50 within a second. The clock is a monotonic one. */
  exceeds(monotonicMs: number): boolean {
    if (monotonicMs - this.#windowStartMs > WINDOW_MS) {
      this.#windowStartMs = monotonicMs;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages > MAX_MESSAGES_A_WINDOW;
  }
}
