/** The clock of a machine is slewed or set back this much in daily use; more is a correction. */
const SMALL_STEP_MS = 2_000;

/**
 * Times for ticks, epoch milliseconds. Never the same twice in a row, and not backwards while the wall clock stands or is set back a
 * little. When it is set back more, the new time is taken: else every sample would carry a false one until it has caught up.
 */
export function createTickClock(nowMs: () => number): () => number {
  let lastMs = 0;
  return () => {
    const wallMs = Math.floor(nowMs());
    lastMs = lastMs - wallMs > SMALL_STEP_MS ? wallMs : Math.max(wallMs, lastMs + 1);
    return lastMs;
  };
}
