import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { SampleColumns } from "./sample-columns";

/** Samples in one statement. */
export const BATCH_SAMPLES = 1_000;

/** Somebody who waits until samples, which lie in one or several batches, are safe. */
export interface Waiter {
  batches: number;
  resolve: () => void;
  reject: (reason: Error) => void;
}

/** Samples that leave the queue together. */
export interface WaitingBatch {
  samples: SampleColumns;
  waiters: Waiter[];
}

/** The batch is stored, or safe on disk. */
export function settle({ waiters }: WaitingBatch): void {
  for (const waiter of waiters.splice(0)) if (--waiter.batches === 0) waiter.resolve();
}

/** Waiting samples in batches, oldest first; the last batch takes new ones. */
export class BatchQueue {
  readonly #batches: WaitingBatch[] = [];
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
    const first = this.#batches[0]?.samples;
    return first && first.length > 0 ? first.timeMs(0) : null;
  }

  push(sample: GpuSample, waiter?: Waiter): void {
    const last = this.#lastWithRoom();
    last.samples.append(sample);
    if (waiter && last.waiters.at(-1) !== waiter) {
      last.waiters.push(waiter);
      waiter.batches++;
    }
    this.#length++;
    this.#keepWithinBound();
  }

  /** Takes the oldest batch out; give it back with `putBack` if it could not be written. */
  take(): WaitingBatch | null {
    const batch = this.#batches.shift() ?? null;
    this.#length -= batch?.samples.length ?? 0;
    return batch;
  }

  putBack(batch: WaitingBatch): void {
    this.#batches.unshift(batch);
    this.#length += batch.samples.length;
    this.#keepWithinBound();
  }

  /** A batch that nobody reads any more serves again. */
  recycle({ samples }: WaitingBatch): void {
    samples.clear();
    this.#spare = samples;
  }

  dropAll(): void {
    while (this.#length > 0) this.#dropOldest();
  }

  #lastWithRoom(): WaitingBatch {
    const last = this.#batches.at(-1);
    if (last && !last.samples.isFull) return last;
    const samples = this.#spare ?? new SampleColumns(Math.min(BATCH_SAMPLES, this.#maxSamples));
    this.#spare = null;
    const batch = { samples, waiters: [] };
    this.#batches.push(batch);
    return batch;
  }

  #keepWithinBound(): void {
    while (this.#length > this.#maxSamples) this.#dropOldest();
  }

  // A whole batch goes: they are small against the queue, and the samples in one are of the same seconds.
  #dropOldest(): void {
    const batch = this.take();
    if (!batch) return;
    this.dropped += batch.samples.length;
    for (const waiter of batch.waiters) waiter.reject(new Error("the queue of samples is full"));
  }
}
