/** Index of the first time that is not before `timeMs`; `timesMs.length` when all are earlier. Times ascend. */
export function firstIndexFrom(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the time nearest to `timeMs` (the earlier one of two equally near); -1 without any. */
export function nearestIndex(timesMs: readonly number[], timeMs: number): number {
  if (timesMs.length === 0) return -1;
  const after = firstIndexFrom(timesMs, timeMs);
  if (after === 0) return 0;
  const before = after - 1;
  if (after === timesMs.length) return before;
  const beforeMs = timesMs[before] ?? 0;
  const afterMs = timesMs[after] ?? 0;
  return timeMs - beforeMs <= afterMs - timeMs ? before : after;
}
