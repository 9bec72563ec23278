import { setImmediate as nextTurn } from "node:timers/promises";

const COPIED_BYTES = 4 << 20;

/** The same bytes in memory that workers share, copied without holding the event loop for long; as they are when they are there already. */
export async function shareBytes(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  for (let at = 0; at < bytes.length; at += COPIED_BYTES) {
    shared.set(bytes.subarray(at, at + COPIED_BYTES), at);
    await nextTurn();
  }
  return shared;
}
