import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { GpuStore } from "./gpu-store";
import { SampleColumns } from "./sample-columns";
import { isUnstorable } from "./store-error";

/** Samples in one statement. */
const BATCH_SAMPLES = 1_000;
const FLUSH_MS = 200;
/** Two hours of 8 GPUs at 1 Hz: about 8 MB. */
const MAX_QUEUED_SAMPLES = 57_600;
const FIRST_RETRY_MS = 100;
/** Ingest goes on at most this long after the database is back. */
const LONGEST_RETRY_MS = 2_000;

export interface SampleWriterOptions {
  store: Pick<GpuStore, "insertSamples">;
  /** Called when writing begins to fail (with the error) and when it works again (null). */
  onStateChange?: (error: unknown) => void;
  maxQueuedSamples?: number;
}

/** Counts since the start, and what is waiting now. */
export interface SampleWriterState {
  queuedSamples: number;
  /** Acknowledged by the database. */
  writtenSamples: number;
  /** The database had them already. */
  duplicateSamples: number;
  /** The oldest of a full queue, or what was left when the time to stop was over. */
  droppedSamples: number;
  /** The database will never take them. */
  refusedSamples: number;
  failures: number;
  /** When the oldest waiting sample was recorded; null when none waits. */
  oldestQueuedMs: number | null;
}

/** Waiting samples in batches, oldest first; the last batch takes new ones. */
class BatchQueue {
  readonly #batches: SampleColumns[] = [];
  readonly #maxSamples: number;
  #length = 0;
  #spare: SampleColumns | null = null;
  dropped = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  get length(): number {
    return this.#length;
  }

  get oldestMs(): number | null {
    const first = this.#batches[0];
    return first && first.length > 0 ? first.timeMs(0) : null;
  }

  push(sample: GpuSample): void {
    let last = this.#batches.at(-1);
    if (!last || last.isFull) {
      last = this.#spare ?? new SampleColumns(Math.min(BATCH_SAMPLES, this.#maxSamples));
      this.#spare = null;
      this.#batches.push(last);
    }
    last.append(sample);
    this.#length++;
    while (this.#length > this.#maxSamples) this.#dropOldest();
  }

  /** Takes the oldest batch out; give it back with `putBack` if it could not be written. */
  take(): SampleColumns | null {
    const batch = this.#batches.shift() ?? null;
    this.#length -= batch?.length ?? 0;
    return batch;
  }

  putBack(batch: SampleColumns): void {
    this.#batches.unshift(batch);
    this.#length += batch.length;
    while (this.#length > this.#maxSamples) this.#dropOldest();
  }

  /** A written batch serves again. */
  recycle(batch: SampleColumns): void {
    batch.clear();
    this.#spare = batch;
  }

  dropAll(): void {
    while (this.#length > 0) this.#dropOldest();
  }

  // A whole batch goes: they are small against the queue, and the samples in one are of the same seconds.
  #dropOldest(): void {
    this.dropped += this.take()?.length ?? 0;
  }
}

/**
 * The queue between collector and database. Samples are written each 200 ms or each 1,000; while the database is away
 * they wait, up to a bound, past which the oldest go and are counted. What the database took is not sent again by
 * mistake: a batch leaves the queue only after its statement was acknowledged, and storing it twice adds no row.
 */
export class SampleWriter {
  readonly #options: SampleWriterOptions;
  readonly #queue: BatchQueue;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #retryMs = 0;
  #stopping = false;
  #writingSamples = 0;
  #writingSinceMs: number | null = null;
  #written = 0;
  #duplicates = 0;
  #refused = 0;
  #failures = 0;
  #lastError: unknown = null;

  constructor(options: SampleWriterOptions) {
    this.#options = options;
    this.#queue = new BatchQueue(options.maxQueuedSamples ?? MAX_QUEUED_SAMPLES);
  }

  /** Never waits and never throws. Takes samples that went through `storableSample`. */
  push(samples: readonly GpuSample[]): void {
    for (const sample of samples) this.#queue.push(sample);
    if (this.#queue.length >= BATCH_SAMPLES && this.#retryMs === 0) this.#run();
    else this.#schedule();
  }

  state(): SampleWriterState {
    return {
      queuedSamples: this.#queue.length + this.#writingSamples,
      writtenSamples: this.#written,
      duplicateSamples: this.#duplicates,
      droppedSamples: this.#queue.dropped,
      refusedSamples: this.#refused,
      failures: this.#failures,
      oldestQueuedMs: this.#writingSinceMs ?? this.#queue.oldestMs,
    };
  }

  /** Resolves when all that waits now was written or refused, or after one failed try of the database. */
  async flush(): Promise<void> {
    await this.#running;
    this.#run();
    await this.#running;
  }

  /** Writes what waits, for at most `limitMs`; answers how many samples were left behind; they count as dropped. */
  async stop(limitMs: number): Promise<number> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
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
        if (this.#lastError !== null) await pause(FIRST_RETRY_MS);
      }
    };
    await Promise.race([drain(), deadline]);
    clearTimeout(late);
    const left = this.state().queuedSamples;
    this.#queue.dropAll();
    // A statement that still runs may store them yet: counted as lost all the same, since nobody will know.
    this.#queue.dropped += this.#writingSamples;
    return left;
  }

  #schedule(): void {
    if (this.#timer || this.#running || this.#stopping) return;
    this.#timer = setTimeout(() => this.#run(), Math.max(FLUSH_MS, this.#retryMs));
    this.#timer.unref();
  }

  #run(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running ??= this.#writeAll().finally(() => {
      this.#running = null;
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  async #writeAll(): Promise<void> {
    let batch = this.#queue.take();
    while (batch) {
      if (!(await this.#write(batch))) return;
      batch = this.#queue.length > 0 ? this.#queue.take() : null;
    }
  }

  /** False when the database did not take it; it then waits again. */
  async #write(batch: SampleColumns): Promise<boolean> {
    this.#writingSamples = batch.length;
    this.#writingSinceMs = batch.length > 0 ? batch.timeMs(0) : null;
    try {
      const inserted = await this.#insert(batch);
      this.#written += inserted.written;
      this.#duplicates += inserted.duplicates;
      this.#refused += inserted.refused;
      this.#queue.recycle(batch);
      this.#succeeded();
      return true;
    } catch (error) {
      this.#queue.putBack(batch);
      this.#failed(error);
      return false;
    } finally {
      this.#writingSamples = 0;
      this.#writingSinceMs = null;
    }
  }

  /** Halves a batch that holds a refused sample until that one stands alone: one bad sample must not hold up the others. */
  async #insert(
    batch: SampleColumns,
  ): Promise<{ written: number; duplicates: number; refused: number }> {
    try {
      const written = await this.#options.store.insertSamples(batch);
      return { written, duplicates: batch.length - written, refused: 0 };
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      if (batch.length === 1) return { written: 0, duplicates: 0, refused: 1 };
    }
    const samples = batch.samples();
    const middle = Math.ceil(samples.length / 2);
    const first = await this.#insert(SampleColumns.from(samples.slice(0, middle)));
    const second = await this.#insert(SampleColumns.from(samples.slice(middle)));
    return {
      written: first.written + second.written,
      duplicates: first.duplicates + second.duplicates,
      refused: first.refused + second.refused,
    };
  }

  #succeeded(): void {
    this.#retryMs = 0;
    if (this.#lastError === null) return;
    this.#lastError = null;
    this.#options.onStateChange?.(null);
  }

  #failed(error: unknown): void {
    this.#failures++;
    const next = Math.max(FIRST_RETRY_MS, 2 * this.#retryMs);
    // Jitter, so that replicas that lost the same database do not come back in step.
    this.#retryMs = Math.min(LONGEST_RETRY_MS, next * (0.75 + Math.random() / 2));
    const isFirst = this.#lastError === null;
    this.#lastError = error;
    if (isFirst) this.#options.onStateChange?.(error);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
