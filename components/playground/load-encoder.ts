import { BytePairEncoder } from "@/domain/tokens/byte-pair-encoder";
import type { Encoding } from "@/domain/tokens/encodings";
import { ranksAddress } from "@/domain/tokens/ranks-addresses";
import type { TokenEncoder } from "@/domain/tokens/token-encoder";

export interface LoadProgress {
  loadedBytes: number;
  /** Null: the server did not say, or it is packed on the way. */
  totalBytes: number | null;
}

/** Fetches the ranks of an encoding and makes its encoder. Rejects with a sentence when they do not come. */
export async function loadEncoder(
  encoding: Encoding,
  onProgress: (progress: LoadProgress) => void,
): Promise<TokenEncoder> {
  const response = await fetch(ranksAddress(encoding));
  if (!response.ok || response.body === null)
    throw new Error(
      `The ranks of ${encoding} did not come: the server answered ${response.status}.`,
    );
  const totalBytes = totalOf(response.headers);
  const chunks: Uint8Array[] = [];
  let loadedBytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loadedBytes += value.length;
    onProgress({ loadedBytes, totalBytes });
  }
  return new BytePairEncoder(encoding, joined(chunks, loadedBytes));
}

/** The length of a packed body is another than that of what is read. */
function totalOf(headers: Headers): number | null {
  const length = Number(headers.get("content-length") ?? "");
  return headers.has("content-encoding") || !(length > 0) ? null : length;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
