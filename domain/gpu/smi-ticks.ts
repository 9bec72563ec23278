import { MAX_GPUS_PER_TICK, type GpuReading } from "./collector-message";
import { parseSmiHeader, parseSmiRow, type SmiHeader, type SmiRow } from "./smi-csv";

/**
 * Puts the lines of a long-running `nvidia-smi` together into ticks of all GPUs:
 *
 *     header │ gpu 0, gpu 1 │ gpu 0, gpu 1 │ …      a tick ends after `count` lines, or when the index starts again
 */
export class SmiTicks {
  #header: SmiHeader | null = null;
  #rows: SmiRow[] = [];

  /** Takes one line. Answers the ticks that it completed (a line may end one and be another), oldest first. */
  push(line: string): GpuReading[][] {
    const header = parseSmiHeader(line);
    if (header !== null) {
      this.#header = header;
      return this.#takeRows();
    }
    const row = this.#header === null ? null : parseSmiRow(line, this.#header);
    if (row === null) return [];

    const previous = this.#rows.at(-1);
    const startsAgain = previous !== undefined && row.reading.gpuIndex <= previous.reading.gpuIndex;
    const completed = startsAgain ? this.#takeRows() : [];
    this.#rows.push(row);
    if (this.#rows.length >= (row.gpuCount ?? MAX_GPUS_PER_TICK)) {
      completed.push(...this.#takeRows());
    }
    return completed;
  }

  /** The GPUs of an unfinished tick: for the case that one stopped answering. */
  flush(): GpuReading[][] {
    return this.#takeRows();
  }

  get isPartial(): boolean {
    return this.#rows.length > 0;
  }

  #takeRows(): GpuReading[][] {
    const rows = this.#rows;
    this.#rows = [];
    // Two lines with one UUID would be two samples of one GPU at one time: the first counts.
    const byUuid = new Map<string, GpuReading>();
    for (const { reading } of rows) {
      if (!byUuid.has(reading.gpuUuid)) byUuid.set(reading.gpuUuid, reading);
    }
    return byUuid.size === 0 ? [] : [[...byUuid.values()].slice(0, MAX_GPUS_PER_TICK)];
  }
}
