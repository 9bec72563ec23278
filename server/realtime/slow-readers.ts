/** What is seen of one client between two ticks. */
export interface Reader {
  /** False while something that was sent before is not yet with the operating system. */
  isDrained: boolean;
}

export type Treatment = "send" | "skip" | "drop";

const DROP_AFTER_MS = 10_000;

/**
 * Decides for each client and tick. One tick may wait behind a ping or an answer; after that a client is skipped until it has
 * read, so it holds two ticks at most and then gets the newest. Without any progress for 10 s it is dropped.
 */
export class SlowReaders<Client extends object> {
  readonly #stuckSinceMs = new WeakMap<Client, number>();

  /** The clock is a monotonic one: a wall clock that is set forward would drop clients that read well. */
  treat(client: Client, { isDrained }: Reader, monotonicMs: number): Treatment {
    if (isDrained) {
      this.#stuckSinceMs.delete(client);
      return "send";
    }
    const sinceMs = this.#stuckSinceMs.get(client);
    if (sinceMs === undefined) {
      this.#stuckSinceMs.set(client, monotonicMs);
      return "send";
    }
    return monotonicMs - sinceMs >= DROP_AFTER_MS ? "drop" : "skip";
  }
}
