import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { Spool, type SpoolOptions, type SpoolRead, type SpoolState } from "./spool";
import { decodeSpooledSamples, encodeSpooledSamples } from "./spooled-samples";

/** Samples in the order of their appending; given to `advance` when they are stored elsewhere. */
export interface SpooledSamples {
  samples: GpuSample[];
  read: SpoolRead;
}

export interface SampleSpoolState extends SpoolState {
  /** In whole records that this release cannot read. */
  unreadableItems: number;
}

/**
 * GPU samples on disk while they cannot be stored or sent. `append` resolves when they are safe from a crash; they come back in
 * batches until `advance`.
 */
export class SampleSpool {
  readonly #spool: Spool;
  #unreadableItems = 0;

  private constructor(spool: Spool) {
    this.#spool = spool;
  }

  /** Throws AppError with one sentence when the folder cannot be used, or another process uses it. */
  static async open(options: SpoolOptions): Promise<SampleSpool> {
    return new SampleSpool(await Spool.open(options));
  }

  state(): SampleSpoolState {
    return { ...this.#spool.state(), unreadableItems: this.#unreadableItems };
  }

  /** One record. Rejects with the error of the system (`ENOSPC`), and then holds nothing of it. */
  append(samples: readonly GpuSample[]): Promise<void> {
    if (samples.length === 0) return Promise.resolve();
    return this.#spool.append(encodeSpooledSamples(samples), samples.length);
  }

  /** The next samples, no more records once `maxSamples` are reached; null when none is left. Moves nothing. */
  async read(maxSamples: number): Promise<SpooledSamples | null> {
    const read = await this.#spool.read(maxSamples);
    if (!read) return null;
    return { read, samples: read.payloads.flatMap((one) => decodeSpooledSamples(one) ?? []) };
  }

  /** Those are stored: they do not come again. */
  async advance({ read, samples }: SpooledSamples): Promise<void> {
    this.#unreadableItems += read.items - samples.length;
    await this.#spool.advance(read);
  }

  close(): Promise<void> {
    return this.#spool.close();
  }
}
