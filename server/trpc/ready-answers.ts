import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { GZIP_LEVEL } from "@/server/http/compress-response";

const gzipped = promisify(gzip);

/** One answer as bytes, alone or as the only one of a batch; compressed once, when somebody wants it so. */
export class ReadyBody {
  readonly #alone: Buffer;
  #inBatch: Buffer | null = null;
  readonly #compressed = new Map<boolean, Promise<Buffer>>();

  constructor(text: string) {
    this.#alone = Buffer.from(text);
  }

  get bytes(): number {
    return this.#alone.length;
  }

  plain(isBatch: boolean): Buffer {
    if (!isBatch) return this.#alone;
    return (this.#inBatch ??= Buffer.concat([Buffer.from("["), this.#alone, Buffer.from("]")]));
  }

  compressed(isBatch: boolean): Promise<Buffer> {
    let body = this.#compressed.get(isBatch);
    if (!body) {
      body = gzipped(this.plain(isBatch), { level: GZIP_LEVEL });
      this.#compressed.set(isBatch, body);
    }
    return body;
  }
}

interface Entry {
  edition: string;
  body: Promise<ReadyBody>;
  /** 0 while it is made. */
  bytes: number;
}

export interface ReadyAnswersOptions {
  maxEntries?: number;
  maxBytes?: number;
}

const MAX_ENTRIES = 256;
/** Plain bytes; with the forms for batches and gzip an entry takes up to two and a half times as much. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Answers that were made, by key, each in its newest edition; those used least recently go first. Who asks for one that is just
 * being made waits for it. A failure is not kept.
 */
export class ReadyAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(options: ReadyAnswersOptions = {}) {
    this.#maxEntries = options.maxEntries ?? MAX_ENTRIES;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** `make` also says whether the answer may serve again. Rejects with what it threw. */
  get(
    wanted: { key: string; edition: string },
    make: () => Promise<{ text: string; isKept: boolean }>,
  ): Promise<ReadyBody> {
    const { key, edition } = wanted;
    const known = this.#entries.get(key);
    if (known?.edition === edition) {
      this.#entries.delete(key);
      this.#entries.set(key, known); // to the end: the first is the one that nobody used for longest
      return known.body;
    }
    this.#remove(key);
    const entry: Entry = { edition, body: Promise.resolve(null as never), bytes: 0 };
    entry.body = this.#made(key, entry, make);
    this.#entries.set(key, entry);
    while (this.#entries.size > this.#maxEntries) this.#removeOldest();
    return entry.body;
  }

  async #made(
    key: string,
    entry: Entry,
    make: () => Promise<{ text: string; isKept: boolean }>,
  ): Promise<ReadyBody> {
    let keptBytes = 0;
    try {
      const { text, isKept } = await make();
      const body = new ReadyBody(text);
      // One that is large alone would drive out all others.
      keptBytes = isKept && body.bytes <= this.#maxBytes / 4 ? body.bytes : 0;
      return body;
    } finally {
      if (this.#entries.get(key) === entry) {
        if (keptBytes === 0) this.#remove(key);
        entry.bytes = keptBytes;
        this.#bytes += keptBytes;
        while (this.#bytes > this.#maxBytes) this.#removeOldest();
      }
    }
  }

  #removeOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#remove(oldest);
  }

  #remove(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
