import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { SampleSpool, SampleSpoolState } from "@/server/spool";
import { BATCH_SAMPLES, BatchQueue, settle, type Waiter, type WaitingBatch } from "./batch-queue";
import { DatabaseTries } from "./database-tries";
import type { GpuStore } from "./gpu-store";
import { insertBatch, type Inserted } from "./insert-batch";
import type { SampleColumns } from "./sample-columns";
import { SpoolReplay } from "./spool-replay";

const FLUSH_MS = 200;
/** Two hours of 8 GPUs at 1 Hz, about 8 MB: how much waits in memory when neither database nor disk takes it. */
const MAX_QUEUED_SAMPLES = 57_600;
/** A statement with new samples that takes longer: they are put on disk meanwhile. */
const LIVE_LIMIT_MS = 1_500;
const DISK_RETRY_MS = 1_000;
/** At a stop: how long a statement may still take before its samples are put on disk. */
const HURRY_AFTER_MS = 500;
const STOP_RETRY_MS = 100;

export interface SampleWriterOptions {
  store: Pick<GpuStore, "insertSamples">;
  /** Where samples wait while the database is away; null: in memory only. Opening and closing it is the caller's. */
  spool?: SampleSpool | null;
  /** Called when writing begins to fail (with the error) and when it works again (null). */
  onStateChange?: (error: unknown) => void;
  /** The same for the spool. */
  onSpoolStateChange?: (error: unknown) => void;
  maxQueuedSamples?: number;
}

/** Counts since the start, and what is waiting now. */
export interface SampleWriterState {
  /** In memory. */
  queuedSamples: number;
  /** Acknowledged by the database. */
  writtenSamples: number;
  /** The database had them already. */
  duplicateSamples: number;
  /** The oldest of a full queue, or what was left when the time to stop was over. */
  droppedSamples: number;
  /** The database will never take them. */
  refusedSamples: number;
  /** Put on disk because the database did not take them, and brought from there into the database. */
  spooledSamples: number;
  replayedSamples: number;
  failures: number;
  /** When the oldest sample that waits in memory was recorded; null when none waits. */
  oldestQueuedMs: number | null;
  /** Why the database took nothing at the last try; null when it did. */
  databaseError: unknown;
  spool: SampleSpoolState | null;
}

/**
 * The way of samples into the database. They are written each 200 ms or each 1,000. While the database is away or slow they
 * are put on disk instead, and brought from there into the database, oldest first, when it is back; where the disk takes nothing
 * either they wait in memory, up to a bound, past which the oldest go and are counted. A sample is acknowledged when the database
 * has it or when it is on disk: from there on no crash loses it. Storing one twice adds no row.
 */
export class SampleWriter {
  readonly #options: SampleWriterOptions;
  readonly #queue: BatchQueue;
  readonly #spool: SampleSpool | null;
  readonly #tries: DatabaseTries;
  readonly #replay: SpoolReplay | null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  /** A statement that took too long and still runs. */
  #late: Promise<void> | null = null;
  #inHand: WaitingBatch | null = null;
  #isStopping = false;
  #isStopped = false;
  readonly #hurry = new AbortController();
  #diskRetryMs = 0;
  readonly #inserted: Inserted = { written: 0, duplicates: 0, refused: 0 };
  #spooled = 0;
  #failures = 0;
  #diskFails = false;

  constructor(options: SampleWriterOptions) {
    this.#options = options;
    this.#queue = new BatchQueue(options.maxQueuedSamples ?? MAX_QUEUED_SAMPLES);
    this.#spool = options.spool ?? null;
    this.#tries = new DatabaseTries((error) => options.onStateChange?.(error));
    this.#replay = this.#spool
      ? new SpoolReplay({
          spool: this.#spool,
          tries: this.#tries,
          insert: (it) => this.#insert(it),
        })
      : null;
    if ((this.#spool?.state().items ?? 0) > 0) this.#replay?.wake(); // of before the start
  }

  /** Never waits and never throws. Takes samples that went through `storableSample`. */
  push(samples: readonly GpuSample[], waiter?: Waiter): void {
    for (const sample of samples) this.#queue.push(sample, waiter);
    if (this.#queue.length >= BATCH_SAMPLES && this.#tries.isThere) this.#run();
    else this.#schedule();
  }

  /** Resolves when all are acknowledged; rejects when they were dropped or the writer stops before. */
  store(samples: readonly GpuSample[]): Promise<void> {
    if (samples.length === 0) return Promise.resolve();
    if (this.#isStopping) return Promise.reject(new Error("the writer has stopped"));
    return new Promise((resolve, reject) => {
      this.push(samples, { batches: 0, resolve, reject });
    });
  }

  state(): SampleWriterState {
    const inHand = this.#inHand?.samples;
    return {
      queuedSamples: this.#queue.length + (inHand?.length ?? 0),
      writtenSamples: this.#inserted.written,
      duplicateSamples: this.#inserted.duplicates,
      droppedSamples: this.#queue.dropped,
      refusedSamples: this.#inserted.refused,
      spooledSamples: this.#spooled,
      replayedSamples: this.#replay?.replayedSamples ?? 0,
      failures: this.#failures,
      oldestQueuedMs: inHand && inHand.length > 0 ? inHand.timeMs(0) : this.#queue.oldestMs,
      databaseError: this.#tries.error,
      spool: this.#spool?.state() ?? null,
    };
  }

  /** Resolves when all that waits now was acknowledged or refused, or after one failed try. */
  async flush(): Promise<void> {
    await this.#running;
    this.#run();
    await this.#running;
  }

  /** Stores what waits, for at most `limitMs`; answers how many samples were left behind; they count as dropped. */
  async stop(limitMs: number): Promise<number> {
    this.#isStopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#replay?.stop();
    const hurry = setTimeout(() => this.#hurry.abort(), HURRY_AFTER_MS);
    let isLate = false;
    let late: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      late = setTimeout(() => {
        isLate = true;
        resolve();
      }, limitMs);
    });
    const drain = async () => {
      while (!isLate && this.state().queuedSamples > 0) {
        await this.flush();
        if (this.state().queuedSamples > 0) await pause(STOP_RETRY_MS);
      }
    };
    await Promise.race([drain(), deadline]);
    clearTimeout(late);
    clearTimeout(hurry);
    this.#isStopped = true;
    const left = this.state().queuedSamples;
    // A statement that still runs may store them yet: counted as lost all the same, since nobody will know.
    if (this.#inHand) this.#queue.putBack(this.#inHand);
    this.#inHand = null;
    this.#queue.dropAll();
    return left;
  }

  #schedule(): void {
    if (this.#timer || this.#running || this.#isStopping) return;
    // Without a spool a failed batch waits in memory, and trying it sooner is no use.
    const waitMs = this.#canSpool() ? 0 : this.#tries.waitMs;
    this.#timer = setTimeout(() => this.#run(), Math.max(FLUSH_MS, waitMs));
    this.#timer.unref();
  }

  #run(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running ??= this.#keepAll().finally(() => {
      this.#running = null;
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  async #keepAll(): Promise<void> {
    for (let batch = this.#queue.take(); batch; batch = this.#takeIfAny()) {
      this.#inHand = batch;
      const isKept = (await this.#insertNow(batch)) || (await this.#spoolNow(batch));
      if (this.#isStopped) return; // counted as lost by then
      this.#inHand = null;
      if (!isKept) {
        this.#queue.putBack(batch);
        return;
      }
      settle(batch);
      if (!this.#late) this.#queue.recycle(batch);
    }
  }

  #takeIfAny(): WaitingBatch | null {
    return this.#queue.length > 0 ? this.#queue.take() : null;
  }

  #canSpool(): boolean {
    return this.#spool !== null && !this.#diskFails;
  }

  /** New samples go to the database while it is there; with a spool, only the replay asks one that was away. */
  #mayInsert(): boolean {
    if (this.#late) return false;
    const isDue = this.#isStopping || this.#tries.waitMs === 0;
    return this.#tries.isThere || (isDue && !this.#canSpool());
  }

  /** False when the database did not take it, or not in time. */
  async #insertNow(batch: WaitingBatch): Promise<boolean> {
    if (!this.#mayInsert()) return false;
    const startedMs = performance.now();
    const work = this.#insert(batch.samples).then(
      () => {
        this.#tries.succeeded(performance.now() - startedMs);
        return true;
      },
      (error: unknown) => {
        this.#tries.failed(error);
        return false;
      },
    );
    const outcome = this.#canSpool()
      ? await within(work, LIVE_LIMIT_MS, this.#hurry.signal)
      : await work;
    if (outcome !== "late") return outcome;
    this.#tries.failed(new SlowDatabaseError());
    this.#late = work.then(() => {
      this.#late = null;
    });
    return false;
  }

  async #insert(batch: SampleColumns): Promise<void> {
    try {
      const { written, duplicates, refused } = await insertBatch(this.#options.store, batch);
      this.#inserted.written += written;
      this.#inserted.duplicates += duplicates;
      this.#inserted.refused += refused;
    } catch (error) {
      this.#failures++;
      throw error;
    }
  }

  /** False when the disk does not take it either. */
  async #spoolNow({ samples }: WaitingBatch): Promise<boolean> {
    const isDue = !this.#diskFails || this.#isStopping || performance.now() >= this.#diskRetryMs;
    if (!this.#spool || !isDue) return false;
    try {
      await this.#spool.append(samples.samples());
      this.#spooled += samples.length;
      if (this.#diskFails) this.#options.onSpoolStateChange?.(null);
      this.#diskFails = false;
      this.#replay?.wake();
      return true;
    } catch (error) {
      this.#diskRetryMs = performance.now() + DISK_RETRY_MS;
      if (!this.#diskFails) this.#options.onSpoolStateChange?.(error);
      this.#diskFails = true;
      return false;
    }
  }
}

/** The database did not answer in time; with the code that tells it to a person. */
class SlowDatabaseError extends Error {
  readonly code = "57014";

  constructor() {
    super("a statement takes too long");
    this.name = "SlowDatabaseError";
  }
}

/** "late" after `limitMs`, or as soon as `hurry` is aborted. */
async function within<T>(work: Promise<T>, limitMs: number, hurry: AbortSignal) {
  let giveUp: () => void = () => undefined;
  const late = new Promise<"late">((resolve) => {
    giveUp = () => resolve("late");
  });
  const timer = setTimeout(giveUp, limitMs);
  hurry.addEventListener("abort", giveUp);
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
    hurry.removeEventListener("abort", giveUp);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
