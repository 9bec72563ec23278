import { EventEmitter, once } from "node:events";
import { appendFile } from "node:fs/promises";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { MAX_BATCH_BYTES, MAX_BATCH_SAMPLES } from "@/domain/ingest/sample-batch";
import { SampleSpool } from "@/server/spool";

/** A record of the spool: so few that every batch takes at least one whole. */
const RECORD_SAMPLES = 64;
/** While the disk takes nothing, this much waits in memory. */
const MAX_HELD_SAMPLES = 4_096;

/** Samples to send, the oldest first. */
export interface QueuedSamples {
  samples: GpuSample[];
  /** They are stored elsewhere now, or refused for good. */
  done: () => Promise<void>;
}

export interface QueueState {
  samples: number;
  oldestMs: number | null;
  dropped: number;
  /** The disk does not take samples: what has waited since is in memory only. */
  isDiskFailing: boolean;
}

/**
 * What was read and is not sent yet, on disk: each sample goes through here before it is sent, so that what the end of this process
 * costs is at most the tick that was being read. `samplesLog` gets every sample as a line of JSON, some more than once.
 */
export class SampleQueue {
  readonly #spool: SampleSpool;
  readonly #samplesLog: string | null;
  #held: GpuSample[] = [];
  #droppedFromMemory = 0;
  #oldestMs: number | null = null;
  readonly #events = new EventEmitter();

  private constructor(spool: SampleSpool, samplesLog: string | null) {
    this.#spool = spool;
    this.#samplesLog = samplesLog;
  }

  /** Throws an AppError with one sentence when the folder cannot be used, or another agent uses it. */
  static async open(options: {
    folder: string;
    maxBytes: number;
    samplesLog: string | null;
  }): Promise<SampleQueue> {
    const { folder, maxBytes, samplesLog } = options;
    const queue = new SampleQueue(await SampleSpool.open({ folder, maxBytes }), samplesLog);
    await queue.next(); // for the age of what was left
    return queue;
  }

  /** Resolves when something was appended, or after `limitMs`, or when aborted. */
  async appended(limitMs: number, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    await once(this.#events, "append", { signal: limit }).catch(() => undefined);
  }

  /** Never rejects. Resolves when the samples are on disk or, while that takes nothing, in memory. */
  async append(samples: readonly GpuSample[]): Promise<void> {
    const waiting = [...this.#held, ...samples];
    this.#held = [];
    for (let at = 0; at < waiting.length; at += RECORD_SAMPLES) {
      const part = waiting.slice(at, at + RECORD_SAMPLES);
      try {
        await this.#spool.append(part);
        await this.#log(part);
      } catch {
        this.#hold(waiting.slice(at)); // the state says that the disk fails
        break;
      }
    }
    this.#events.emit("append");
  }

  /** The oldest samples, as many as a batch takes; null when none wait. */
  async next(): Promise<QueuedSamples | null> {
    let maxItems = MAX_BATCH_SAMPLES - RECORD_SAMPLES;
    for (;;) {
      const read = await this.#spool.read(maxItems);
      if (!read) return this.#nextHeld();
      const { samples } = read;
      if (samples.length === 0) {
        await this.#spool.advance(read); // of a release that this one cannot read
        continue;
      }
      this.#oldestMs = samples[0]?.recordedAtMs ?? null;
      if (maxItems > 1 && Buffer.byteLength(JSON.stringify(samples)) > MAX_BATCH_BYTES) {
        maxItems = Math.ceil(maxItems / 2);
        continue;
      }
      await this.#log(samples);
      return { samples, done: () => this.#spool.advance(read) };
    }
  }

  state(): QueueState {
    const { items, droppedItems, corruptItems, unreadableItems, failure } = this.#spool.state();
    const samples = items + this.#held.length;
    return {
      samples,
      oldestMs: samples === 0 ? null : this.#oldestMs,
      dropped: droppedItems + corruptItems + unreadableItems + this.#droppedFromMemory,
      isDiskFailing: failure !== null,
    };
  }

  close(): Promise<void> {
    return this.#spool.close();
  }

  #hold(samples: GpuSample[]): void {
    this.#held = samples.slice(-MAX_HELD_SAMPLES);
    this.#droppedFromMemory += samples.length - this.#held.length;
  }

  #nextHeld(): QueuedSamples | null {
    const samples = this.#held.slice(0, MAX_BATCH_SAMPLES - RECORD_SAMPLES);
    this.#oldestMs = samples[0]?.recordedAtMs ?? null;
    if (samples.length === 0) return null;
    return {
      samples,
      done: async () => {
        this.#held = this.#held.filter((sample) => !samples.includes(sample));
      },
    };
  }

  async #log(samples: readonly GpuSample[]): Promise<void> {
    if (this.#samplesLog === null) return;
    const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`);
    await appendFile(this.#samplesLog, lines.join(""), { mode: 0o600 }).catch(() => undefined);
  }
}
