/**
 * Times for ticks, epoch milliseconds. Never the same twice and never backwards, whatever the wall clock does: a GPU and a time
 * name one sample.
 */
export function createTickClock(nowMs: () => number): () => number {
  let lastMs = 0;
  return () => {
    lastMs = Math.max(Math.floor(nowMs()), lastMs + 1);
    return lastMs;
  };
}
