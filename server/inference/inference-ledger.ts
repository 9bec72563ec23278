import { SecondCounts } from "./second-counts";

const MAX_GPUS = 1_024;
/** Of reports that name no GPU. */
const UNNAMED = "";

/**
 * Which inferences have finished, by GPU, in memory: a start forgets them. Reports that name no GPU count for whichever one is the
 * default when they are asked for.
 */
export class InferenceLedger {
  readonly #gpus = new Map<string, SecondCounts>();

  add(report: { gpuUuid: string | null; atMs: number; count: number }): void {
    const key = report.gpuUuid ?? UNNAMED;
    const counts = this.#gpus.get(key) ?? new SecondCounts();
    this.#gpus.set(key, counts);
    counts.add(report.atMs, report.count);
    this.#keepWithinLimit();
  }

  /** Inferences a second of one GPU, over the 60 s up to this time; null when nothing is reported for it. */
  rateOf(gpu: { uuid: string; isDefault: boolean }, atMs: number): number | null {
    const named = this.#gpus.get(gpu.uuid)?.lastMinute(atMs) ?? null;
    const unnamed = (gpu.isDefault ? this.#gpus.get(UNNAMED)?.lastMinute(atMs) : null) ?? null;
    if (named === null && unnamed === null) return null;
    return ((named ?? 0) + (unnamed ?? 0)) / 60;
  }

  #keepWithinLimit(): void {
    if (this.#gpus.size <= MAX_GPUS) return;
    const [oldest] = [...this.#gpus].sort(([, a], [, b]) => a.newestSecond - b.newestSecond);
    if (oldest) this.#gpus.delete(oldest[0]);
  }
}
