/** More seconds than a report may be old and ahead together. */
const SECONDS = 4_096;
const RATE_SECONDS = 60;
const SILENT_SECONDS = 300;

/** Inferences of one GPU by the second in which they finished, of a bit more than the last hour: 32 kB. */
export class SecondCounts {
  readonly #seconds = new Uint32Array(SECONDS);
  readonly #counts = new Float32Array(SECONDS);
  /** The newest second that was reported. */
  newestSecond = 0;

  add(atMs: number, count: number): void {
    const second = Math.floor(atMs / 1_000);
    const place = second % SECONDS;
    const isKnown = this.#seconds[place] === second;
    this.#counts[place] = (isKnown ? (this.#counts[place] ?? 0) : 0) + count;
    this.#seconds[place] = second;
    this.newestSecond = Math.max(this.newestSecond, second);
  }

  /** How many finished in the 60 s up to this time; null when nothing was reported in the 5 minutes up to it. */
  lastMinute(atMs: number): number | null {
    const last = Math.floor(atMs / 1_000);
    let sum: number | null = null;
    for (let second = last; second > last - SILENT_SECONDS && second >= 0; second--) {
      const place = second % SECONDS;
      if (this.#seconds[place] !== second) continue;
      sum ??= 0;
      if (second > last - RATE_SECONDS) sum += this.#counts[place] ?? 0;
    }
    return sum;
  }
}
