import { setTimeout as sleep } from "node:timers/promises";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import type { PressureStore } from "./pressure-store";

const MAX_QUEUED = 10_000;
const MAX_BATCH = 50;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

interface EventRecorderOptions {
  store: Pick<PressureStore, "saveEvents">;
  nowMs: () => number;
  /** Called after something new was stored. */
  onStored: () => void;
  /** Called when storing begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
}

/** Stores events in their order, and waits for the database while it is away. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #queue: PressureEvent[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #isFailing = false;
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Events that were lost because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What waits, oldest first. */
  waiting(): readonly PressureEvent[] {
    return this.#queue;
  }

  push(events: readonly PressureEvent[]): void {
    this.#queue.push(...events);
    const tooMany = Math.max(0, this.#queue.length - MAX_QUEUED);
    this.#queue.splice(0, tooMany);
    this.#dropped += tooMany;
    this.#running ??= this.#work().finally(() => (this.#running = null));
  }

  /** Writes what waits, for at most this long; answers how many events are left. */
  async stop(limitMs: number): Promise<number> {
    const timer = setTimeout(() => {
      this.#stopping.abort();
    }, limitMs);
    await this.#running;
    clearTimeout(timer);
    return this.#queue.length;
  }

  async #work(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) {
      const batch = this.#queue.slice(0, MAX_BATCH);
      try {
        const count = await this.#options.store.saveEvents(batch, { nowMs: this.#options.nowMs() });
        // By identity: a full queue may have dropped some of them meanwhile.
        while (this.#queue[0] && batch.includes(this.#queue[0])) this.#queue.shift();
        this.#report(null);
        retryMs = FIRST_RETRY_MS;
        if (count > 0) this.#options.onStored();
      } catch (error) {
        this.#report(error);
        await sleep(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
      }
    }
  }

  #report(error: unknown): void {
    const isFailing = error !== null;
    if (isFailing !== this.#isFailing) this.#options.onStateChange(error);
    this.#isFailing = isFailing;
  }
}
