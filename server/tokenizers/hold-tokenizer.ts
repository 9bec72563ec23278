import { createHash } from "node:crypto";
import { once } from "node:events";
import { createGzip, type Gzip } from "node:zlib";
import { MAX_TOKENIZER_BYTES } from "@/domain/tokens/tokenizer-file";
import { AppError } from "@/server/errors";

export interface HeldTokenizer {
  /** Once, in memory that a worker reads without a copy. */
  bytes: Uint8Array;
  sha256: string;
}

/**
 * Takes in a file part by part. `pack`: it is packed with gzip as it comes. Throws TOO_LARGE past 64 MB, INVALID for an empty one, and
 * what the parts threw.
 */
export async function holdTokenizer(parts: AsyncIterable<Uint8Array>): Promise<HeldTokenizer>;
export async function holdTokenizer(
  parts: AsyncIterable<Uint8Array>,
  options: { pack: true },
): Promise<HeldTokenizer & { packed: Uint8Array }>;
export async function holdTokenizer(
  parts: AsyncIterable<Uint8Array>,
  options?: { pack: true },
): Promise<HeldTokenizer & { packed: Uint8Array }> {
  const memory = new SharedArrayBuffer(0, { maxByteLength: MAX_TOKENIZER_BYTES });
  const hash = createHash("sha256");
  const packing = options ? startPacking() : null;
  try {
    for await (const part of parts) {
      const start = memory.byteLength;
      if (start + part.length > MAX_TOKENIZER_BYTES)
        throw new AppError("TOO_LARGE", "A tokenizer.json may hold 64 MB at most.");
      memory.grow(start + part.length);
      new Uint8Array(memory, start, part.length).set(part);
      hash.update(part);
      await packing?.write(part);
    }
    if (memory.byteLength === 0) throw new AppError("INVALID", "The file is empty.");
    const packed = (await packing?.end()) ?? new Uint8Array(0);
    return { bytes: new Uint8Array(memory), sha256: hash.digest("hex"), packed };
  } catch (error) {
    packing?.gzip.destroy();
    throw error;
  }
}

function startPacking(): {
  gzip: Gzip;
  write: (part: Uint8Array) => Promise<void>;
  end: () => Promise<Uint8Array>;
} {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    gzip,
    async write(part) {
      if (!gzip.write(part)) await once(gzip, "drain");
    },
    async end() {
      gzip.end();
      await once(gzip, "end");
      return Buffer.concat(chunks);
    },
  };
}
