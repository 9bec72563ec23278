const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const JITTER = 0.2;

/** Pause after the n-th failure in a row (n ≥ 1): 1 s, doubled up to 60 s, each ± 20 % so that hosts do not retry in step. */
export function backOffMs(failures: number, random: () => number): number {
  const doubled = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(Math.min(LONGEST_MS, doubled * (1 - JITTER + 2 * JITTER * random())));
}
