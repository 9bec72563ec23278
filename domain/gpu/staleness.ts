const STALE_AFTER_POLLS = 5;
const STALE_AT_LEAST_MS = 5_000;

/** A sample is stale when it is older than five polls, and at least 5 s old. */
export function isStale(age: { recordedAtMs: number; nowMs: number; pollIntervalMs: number }) {
  const limitMs = Math.max(STALE_AT_LEAST_MS, STALE_AFTER_POLLS * age.pollIntervalMs);
  return age.nowMs - age.recordedAtMs > limitMs;
}
