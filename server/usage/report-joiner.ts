import { setTimeout as sleep } from "node:timers/promises";
import type { StoredCut } from "./comparison-store";
import type { ReportStore } from "./report-store";
import { pairKeyOf, type ReportPair } from "./report-write-store";

/** Who comes within this time shares a transaction. */
const GATHER_MS = 200;
const RETRY_MS = 5_000;
const MAX_BATCH = 500;
/** Beyond, the oldest are left to the next start. */
const MAX_WAITING = 20_000;
const DAY_MS = 86_400_000;

interface JoinerOptions {
  store: Pick<ReportStore, "join" | "findUnjoined">;
  onCuts: (cuts: StoredCut[]) => void;
  /** Called when joining begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
  nowMs: () => number;
}

/**
 * Compares reports with validations, whichever of the two is stored first, in whichever portals. Each side looks for the other after its own
 * commit: a report in `accept` and, when it found none there, here; a validation here. So of two that are stored at once the later looks
 * when both are stored. What a stop comes in between of is looked for at the next start.
 */
export class ReportJoiner {
  readonly #options: JoinerOptions;
  readonly #waiting = new Map<string, ReportPair>();
  readonly #ended = new AbortController();
  #running: Promise<void> | null = null;
  #isFailing = false;

  constructor(options: JoinerOptions) {
    this.#options = options;
  }

  /** The report or the validation of each is stored. */
  add(pairs: readonly ReportPair[]): void {
    if (this.#ended.signal.aborted) return;
    for (const pair of pairs) this.#waiting.set(pairKeyOf(pair), pair);
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= MAX_WAITING) break;
      this.#waiting.delete(key);
    }
    if (this.#waiting.size > 0) this.#running ??= this.#work();
  }

  /** Those of the last day that a stop came in between of. */
  async addLeftBehind(): Promise<void> {
    const { store, nowMs } = this.#options;
    this.add(await store.findUnjoined(nowMs() - DAY_MS, MAX_WAITING));
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Ends after the batch that runs. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.settled();
  }

  async #work(): Promise<void> {
    const { signal } = this.#ended;
    let pauseMs = GATHER_MS;
    while (this.#waiting.size > 0 && !signal.aborted) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      pauseMs = (await this.#joinBatch()) ? 0 : RETRY_MS;
    }
    this.#running = null; // in the same turn in which nothing waited, or somebody could come in between and wait for nobody
  }

  async #joinBatch(): Promise<boolean> {
    const batch = [...this.#waiting.values()].slice(0, MAX_BATCH);
    for (const pair of batch) this.#waiting.delete(pairKeyOf(pair));
    try {
      const { cuts } = await this.#options.store.join(batch);
      this.#report(null);
      this.#options.onCuts(cuts);
      return true;
    } catch (error) {
      this.#report(error);
      for (const pair of batch) this.#waiting.set(pairKeyOf(pair), pair);
      return false;
    }
  }

  #report(error: unknown): void {
    const isFailing = error !== null;
    if (isFailing !== this.#isFailing) this.#options.onStateChange(error);
    this.#isFailing = isFailing;
  }
}
