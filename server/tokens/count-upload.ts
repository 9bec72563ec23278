import type { CountAnswer } from "@/domain/tokens/count-request";
import { AppError } from "@/server/errors";
import { countWith, type Wanted } from "./count-with";
import type { TokensContext } from "./tokens-context";

export const MAX_UPLOAD_BYTES = 64 << 20;
const GROWN_BYTES = 1 << 20;

/** Counts a text that comes in parts: held once, in memory that the worker which counts it shares. */
export async function countUpload(
  ctx: TokensContext,
  { wanted, parts }: { wanted: Wanted; parts: AsyncIterable<Uint8Array> },
  signal: AbortSignal,
): Promise<CountAnswer> {
  const giveBack = ctx.uploads.take();
  try {
    const bytes = await collect(parts);
    return await countWith({ ctx, wanted, signal }, async (counting) => {
      const tokens = await counting.countBytes(bytes);
      return { tokens, method: counting.method(), sections: null, overheadTokens: null };
    });
  } finally {
    giveBack();
  }
}

/** In steps, as nothing tells how much will come. Throws TOO_LARGE past the bound. */
async function collect(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const memory = new SharedArrayBuffer(0, { maxByteLength: MAX_UPLOAD_BYTES });
  let length = 0;
  for await (const part of parts) {
    const end = length + part.length;
    if (end > MAX_UPLOAD_BYTES) throw new AppError("TOO_LARGE", "A text may hold 64 MiB at most.");
    if (end > memory.byteLength)
      memory.grow(Math.min(MAX_UPLOAD_BYTES, Math.ceil(end / GROWN_BYTES) * GROWN_BYTES));
    new Uint8Array(memory, length, part.length).set(part);
    length = end;
  }
  return new Uint8Array(memory, 0, length);
}
