const STALE_AFTER_POLLS = 5;
const STALE_AT_LEAST_MS = 5_000;

interface Age {
  recordedAtMs: number;
  nowMs: number;
  pollIntervalMs: number;
}

function limitMs({ pollIntervalMs }: Age): number {
  return Math.max(STALE_AT_LEAST_MS, STALE_AFTER_POLLS * pollIntervalMs);
}

/** A sample is stale when it is older than five polls, and at least 5 s old. */
export function isStale(age: Age): boolean {
  return age.nowMs - age.recordedAtMs > limitMs(age);
}

/**
 * False of a stale sample, and of one whose time lies as far in the future: it is of before the clock was set back. Not for a
 * browser, whose time stands still while it is paused.
 */
export function isOfNow(age: Age): boolean {
  return Math.abs(age.nowMs - age.recordedAtMs) <= limitMs(age);
}
