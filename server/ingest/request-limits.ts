import { AppError } from "@/server/errors";

const MAX_AT_ONCE = 16;
const PER_SECOND = 200;
const BURST = 400;
const MAX_ADDRESSES = 1_000;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export interface RequestLimits {
  /** Runs the work, or throws TOO_MANY: too many at once, or too many a second from this address. */
  run<Value>(remoteAddress: string, work: () => Promise<Value>): Promise<Value>;
}

/**
 * Bounds of all ingest together: requests at once (memory), and requests a second from one address. A host sends one a second, so a
 * whole fleet behind one proxy fits.
 */
export function createRequestLimits(nowMs: () => number = () => performance.now()): RequestLimits {
  const buckets = new Map<string, Bucket>();
  let running = 0;

  function takeToken(address: string): boolean {
    const now = nowMs();
    const known = buckets.get(address) ?? { tokens: BURST, filledAtMs: now };
    const tokens = Math.min(BURST, known.tokens + ((now - known.filledAtMs) / 1_000) * PER_SECOND);
    // Put at the end again, so that the first is the one that was not heard of for longest.
    buckets.delete(address);
    buckets.set(address, { tokens: Math.max(0, tokens - 1), filledAtMs: now });
    const [oldest] = buckets.keys();
    if (buckets.size > MAX_ADDRESSES && oldest !== undefined) buckets.delete(oldest);
    return tokens >= 1;
  }

  return {
    async run(remoteAddress, work) {
      if (running >= MAX_AT_ONCE || !takeToken(remoteAddress))
        throw new AppError(
          "TOO_MANY",
          "Too much is being sent at once: wait a second, then send it again.",
        );
      running++;
      try {
        return await work();
      } finally {
        running--;
      }
    },
  };
}
