import { setTimeout as sleep } from "node:timers/promises";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import type { ValidationLedger } from "@/server/tokens";
import { firstBytes } from "./storable-text";
import type { NewValidation, ValidationWriteStore } from "./validation-write-store";

/** Who comes within this time shares a transaction, as does everybody who comes while another one runs. */
const GATHER_MS = 2;
const MAX_BATCH = 500;
/** Texts in one statement. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const SAMPLE_BYTES = 64 * 1024;
/** How long anybody waits: a service that asks whether its prompt fits must not hang because the ledger does. */
export const RECORD_LIMIT_MS = 2_000;

interface Waiting extends NewValidation {
  bytes: number;
  settle: (isStored: boolean) => void;
  timer: NodeJS.Timeout;
}

export interface ValidationRecorderOptions {
  store: ValidationWriteStore;
  /** PROMPT_SAMPLES. */
  keepsSamples: boolean;
  /** Called when storing begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
  /** A test's own; else RECORD_LIMIT_MS. */
  limitMs?: number;
}

class NotInTimeError extends Error {
  readonly code = "ETIMEDOUT";
}

/**
 * Stores validations, several in a transaction. One answers true once it is committed. It answers false after the limit at the latest: then
 * it was not stored, or, where the database went away amid the commit, it may have been.
 */
export class ValidationRecorder implements ValidationLedger {
  readonly #options: ValidationRecorderOptions;
  readonly #limitMs: number;
  readonly #waiting = new Set<Waiting>();
  #waitingBytes = 0;
  #running: Promise<void> | null = null;
  #batchSinceMs: number | null = null;
  #isFailing = false;
  #isStopped = false;
  #lost = 0;

  constructor(options: ValidationRecorderOptions) {
    this.#options = options;
    this.#limitMs = options.limitMs ?? RECORD_LIMIT_MS;
  }

  /** Validations that answered false. */
  get lost(): number {
    return this.#lost;
  }

  record(record: ValidationRecord, text: string | null): Promise<boolean> {
    const keepsText = this.#options.keepsSamples && text !== null;
    const sample = keepsText ? firstBytes(text, SAMPLE_BYTES) : null;
    const bytes = sample ? Buffer.byteLength(sample.text) : 0;
    if (this.#isStopped || this.#isFull(bytes) || this.#isHanging()) {
      this.#lost++;
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const waiting: Waiting = {
        record,
        sample,
        bytes,
        settle: (isStored) => {
          clearTimeout(waiting.timer);
          if (!isStored) this.#lost++;
          // A second call changes nothing: whoever gave up after the limit stays with that.
          waiting.settle = () => undefined;
          resolve(isStored);
        },
        timer: setTimeout(() => {
          this.#drop(waiting);
          this.#report(new NotInTimeError("the database did not answer in time"));
          waiting.settle(false);
        }, this.#limitMs),
      };
      this.#waiting.add(waiting);
      this.#waitingBytes += bytes;
      this.#running ??= this.#work();
    });
  }

  /** Takes nothing more and stores what waits; resolves after the limit at the latest. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = this.#running ?? Promise.resolve();
    await Promise.race([running, sleep(this.#limitMs, undefined, { ref: false })]);
  }

  #isFull(bytes: number): boolean {
    const tooManyBytes = this.#waitingBytes + bytes > MAX_WAITING_BYTES;
    return this.#waiting.size >= MAX_WAITING || (bytes > 0 && tooManyBytes);
  }

  /** A batch has not been answered for as long as anybody would wait: the next ones need not try. */
  #isHanging(): boolean {
    const sinceMs = this.#batchSinceMs;
    return sinceMs !== null && performance.now() - sinceMs >= this.#limitMs;
  }

  #drop(waiting: Waiting): void {
    if (this.#waiting.delete(waiting)) this.#waitingBytes -= waiting.bytes;
  }

  async #work(): Promise<void> {
    await sleep(GATHER_MS);
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      this.#batchSinceMs = performance.now();
      await this.#save(batch);
      this.#batchSinceMs = null;
    }
    this.#running = null; // in the same turn in which nothing waited, or somebody could come in between and wait for nobody
  }

  #take(): Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (batch.length === MAX_BATCH || (batch.length > 0 && bytes > MAX_BATCH_BYTES)) break;
      batch.push(waiting);
    }
    for (const waiting of batch) this.#drop(waiting);
    return batch;
  }

  /** One that the database refuses must not take the others with it: they are halved until it stands alone. */
  async #save(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#options.store.save(batch);
      this.#report(null);
      for (const waiting of batch) waiting.settle(true);
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) {
        const middle = Math.ceil(batch.length / 2);
        await this.#save(batch.slice(0, middle));
        await this.#save(batch.slice(middle));
        return;
      }
      this.#report(error);
      for (const waiting of batch) waiting.settle(false);
    }
  }

  #report(error: unknown): void {
    const isFailing = error !== null;
    if (isFailing !== this.#isFailing) this.#options.onStateChange(error);
    this.#isFailing = isFailing;
  }
}

// Data that cannot be stored, a broken rule, a transaction that gave way: the database serves and has undone all of it.
const REFUSAL = /^(22|23|40)/;

/** Prisma wraps the driver's error: meta.driverAdapterError.cause.originalCode is the SQLSTATE. */
function isRefusal(error: unknown): boolean {
  let value: unknown = error;
  for (const name of ["meta", "driverAdapterError", "cause", "originalCode"])
    value = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof value === "string" && REFUSAL.test(value);
}
