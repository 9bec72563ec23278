import { once } from "node:events";
import type { ServerResponse } from "node:http";

interface StreamOptions {
  parts: AsyncIterable<string | Uint8Array>;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  /** Called when the first part is there: until then nothing is sent, so that a failure still gets an answer of its own. */
  onBegin?: () => void;
}

/**
 * Writes a body part by part, no faster than the client reads. Rejects with what the parts threw; of an answer that had begun the
 * connection is cut, so that the client does not take it for a whole one. Ends the parts when the client leaves.
 */
export async function streamAnswer(
  res: ServerResponse,
  { parts, signal, onBegin }: StreamOptions,
): Promise<void> {
  const flush = (res as { flush?: () => void }).flush?.bind(res);
  let hasBegun = false as boolean;
  const begin = () => {
    if (!hasBegun) onBegin?.();
    hasBegun = true;
  };
  try {
    for await (const part of parts) {
      if (signal.aborted) return;
      begin();
      if (part.length === 0) continue; // would not move anything, and a chunk of nothing ends the body
      if (!res.write(part)) await once(res, "drain", { signal });
      flush?.(); // through gzip: a part is to arrive when it is sent
    }
    begin();
    res.end();
  } catch (error) {
    if (signal.aborted) return;
    if (hasBegun) res.destroy();
    throw error;
  }
}
