import type { LimitStore } from "./limit-store";

/** What another portal gives back counts here after this long. */
const TRUSTED_MS = 2_000;
const MAX_SUBJECTS = 10_000;

interface Refusal {
  refusedAtMs: number;
  waitMs: number;
}

/**
 * The store, asked about a subject that it refused once in 2 s at most: whoever goes on trying at full speed must not keep the
 * database's connections from all others. What is refused from memory is not counted.
 */
export function rememberLimits(
  store: LimitStore,
  elapsedMs: () => number = () => performance.now(),
): LimitStore {
  const refusals = new Map<string, Refusal>();

  /** How long the subject still waits; null when the store must be asked. */
  function waitOf(subject: string): number | null {
    const refusal = refusals.get(subject);
    if (!refusal) return null;
    const passedMs = elapsedMs() - refusal.refusedAtMs;
    if (passedMs < Math.min(TRUSTED_MS, refusal.waitMs)) return refusal.waitMs - passedMs;
    refusals.delete(subject);
    return null;
  }

  function remember(subject: string, waitMs: number): void {
    refusals.set(subject, { refusedAtMs: elapsedMs(), waitMs });
    const [oldest] = refusals.keys();
    if (refusals.size > MAX_SUBJECTS && oldest !== undefined) refusals.delete(oldest);
  }

  return {
    ...store,
    async take(subject, limit) {
      const waitMs = waitOf(subject);
      if (waitMs !== null) return { waitMs, beginsLock: false };
      const taken = await store.take(subject, limit);
      if (taken.waitMs !== null) remember(subject, taken.waitMs);
      return taken;
    },
    async clear(subjects) {
      await store.clear(subjects);
      for (const subject of subjects) refusals.delete(subject);
    },
    async clearBeginningWith(text) {
      await store.clearBeginningWith(text);
      for (const subject of refusals.keys()) if (subject.startsWith(text)) refusals.delete(subject);
    },
  };
}
