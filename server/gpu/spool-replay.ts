import type { SampleSpool } from "@/server/spool";
import { BATCH_SAMPLES } from "./batch-queue";
import type { DatabaseTries } from "./database-tries";
import { SampleColumns } from "./sample-columns";

export interface SpoolReplayOptions {
  spool: SampleSpool;
  tries: DatabaseTries;
  insert: (batch: SampleColumns) => Promise<void>;
}

/** Brings what is in the spool into the database, oldest first, one statement at a time, as soon as that takes it. */
export class SpoolReplay {
  readonly #options: SpoolReplayOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  readonly #stopped = new AbortController();
  replayedSamples = 0;

  constructor(options: SpoolReplayOptions) {
    this.#options = options;
  }

  /** Something is in the spool. */
  wake(): void {
    if (this.#timer || this.#running || this.#hasStopped()) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#running = this.#replay().finally(() => {
        this.#running = null;
        if (this.#options.spool.state().items > 0) this.wake();
      });
    }, this.#options.tries.waitMs);
    this.#timer.unref();
  }

  /** Begins no further statement. One that runs may end later; what it stored is then read again at the next start. */
  stop(): void {
    this.#stopped.abort();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #hasStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #replay(): Promise<void> {
    const { spool, tries, insert } = this.#options;
    while (!this.#hasStopped()) {
      try {
        const next = await spool.read(BATCH_SAMPLES);
        if (!next) return;
        const startedMs = performance.now();
        if (next.samples.length > 0) await insert(SampleColumns.from(next.samples));
        if (this.#hasStopped()) return;
        await spool.advance(next);
        this.replayedSamples += next.samples.length;
        tries.succeeded(performance.now() - startedMs);
      } catch (error) {
        if (!this.#hasStopped()) tries.failed(error);
        return;
      }
    }
  }
}
