import type { QuarantinedList, QuarantinedValue } from "@/domain/gpu/quarantined-value";

const MAX_VALUES = 200;
/** GPUs × metrics; a source that invents names must not fill the memory. */
const MAX_COUNTS = 4_096;

type Count = QuarantinedList["counts"][number];

/** Values that cannot be, as their source gave them: the newest, and how often each metric of each GPU. Since the start. */
export class QuarantinedMemory {
  /** Oldest first. */
  #values: QuarantinedValue[] = [];
  readonly #counts = new Map<string, Count>();

  accept(values: readonly QuarantinedValue[]): void {
    this.#values = [...this.#values, ...values].slice(-MAX_VALUES);
    for (const { gpuUuid, metric } of values) {
      const key = `${metric} ${gpuUuid}`;
      const known = this.#counts.get(key);
      if (known) known.count += 1;
      else if (this.#counts.size < MAX_COUNTS) this.#counts.set(key, { gpuUuid, metric, count: 1 });
    }
  }

  list(): QuarantinedList {
    const counts = [...this.#counts.values()].map((count) => ({ ...count }));
    return { values: this.#values.toReversed(), counts: counts.sort((a, b) => b.count - a.count) };
  }
}
