import { carryValues, type CarriedSample } from "@/domain/gpu/carried-values";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { SampleColumns } from "./sample-columns";

const CHUNK_SAMPLES = 256;
const MAX_GPUS = 1_024;
/** Room for one whole chunk of each: past it history gets short, and no GPU is refused. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Sources read at least once a minute: a GPU without news for longer is not read any more. */
const SILENT_MS = 150_000;
/** Clocks of hosts differ less; a sample further in the future is of before a clock was set back. */
const AHEAD_MS = 5_000;

interface Chunk {
  columns: SampleColumns;
  newestMs: number;
}

interface GpuMemory {
  /** Oldest first, in the order of arrival. */
  chunks: Chunk[];
  newest: CarriedSample;
}

function byIndex(a: GpuSample, b: GpuSample): number {
  return a.gpuIndex - b.gpuIndex || (a.gpuUuid < b.gpuUuid ? -1 : 1);
}

/** Where one sample lies. */
export interface SamplePlace {
  columns: SampleColumns;
  at: number;
  timeMs: number;
}

export interface GpuRingOptions {
  historyMs: number;
  nowMs: () => number;
  maxGpus?: number;
  /** Past this the oldest samples go, of the GPU that has most, however short the history becomes. */
  maxBytes?: number;
}

/**
 * The last `historyMs` of every GPU at full resolution, in memory: newest values, and history while the database is away.
 * At most 166 bytes a sample and chunk overhead: 8 GPUs at 1 Hz are under 6 MB an hour. Takes samples that went through `storableSample`.
 */
export class GpuRing {
  readonly #gpus = new Map<string, GpuMemory>();
  readonly #options: Required<GpuRingOptions>;

  constructor(options: GpuRingOptions) {
    this.#options = { maxGpus: MAX_GPUS, maxBytes: MAX_BYTES, ...options };
  }

  /** False when the sample belongs to one GPU more than are kept, and all of these are of now. */
  push(sample: GpuSample): boolean {
    const known = this.#gpus.get(sample.gpuUuid);
    const memory = known && !this.#isOld(known) ? known : this.#addGpu(sample);
    if (!memory) return false;
    const chunk = this.#chunkWithRoom(memory);
    chunk.columns.append(sample);
    chunk.newestMs = Math.max(chunk.newestMs, sample.recordedAtMs);
    const { newest } = memory;
    if (newest.sample !== sample && this.#replacesNewest(newest.sample, sample))
      memory.newest = carryValues(newest, sample);
    return true;
  }

  /** The newest sample of each GPU, by index; what was not read in it has its last value. */
  newest(): CarriedSample[] {
    this.#forgetOldGpus();
    return [...this.#gpus.values()]
      .map((memory) => memory.newest)
      .sort((a, b) => byIndex(a.sample, b.sample));
  }

  newestOf(gpuUuid: string): GpuSample | null {
    this.#forgetOldGpus();
    return this.#gpus.get(gpuUuid)?.newest.sample ?? null;
  }

  /** Samples of one GPU with fromMs ≤ time < toMs, oldest first, each time once. */
  places(gpuUuid: string, range: { fromMs: number; toMs: number }): SamplePlace[] {
    const fromMs = Math.max(range.fromMs, this.#oldestMs());
    const places: SamplePlace[] = [];
    for (const { columns } of this.#gpus.get(gpuUuid)?.chunks ?? []) {
      for (let at = 0; at < columns.length; at++) {
        const timeMs = columns.timeMs(at);
        if (timeMs >= fromMs && timeMs < range.toMs) places.push({ columns, at, timeMs });
      }
    }
    // They arrive in order except where the clock was set back.
    places.sort((a, b) => a.timeMs - b.timeMs);
    return places.filter((place, i) => place.timeMs !== places[i - 1]?.timeMs);
  }

  /** Memory that the samples take, about. */
  get bytes(): number {
    let bytes = 0;
    for (const { chunks } of this.#gpus.values())
      for (const { columns } of chunks) bytes += columns.bytes;
    return bytes;
  }

  #oldestMs(): number {
    return this.#options.nowMs() - this.#options.historyMs;
  }

  // A late sample belongs to history only. But when the clock was set back, the newest known lies in the future and would hide all others.
  #replacesNewest(newest: GpuSample, sample: GpuSample): boolean {
    const nowMs = this.#options.nowMs();
    const isAhead = (one: GpuSample) => one.recordedAtMs > nowMs + AHEAD_MS;
    if (isAhead(sample) && !isAhead(newest)) return false;
    return sample.recordedAtMs >= newest.recordedAtMs || newest.recordedAtMs > nowMs;
  }

  #addGpu(sample: GpuSample): GpuMemory | null {
    this.#forgetOldGpus();
    if (this.#gpus.size >= this.#options.maxGpus && !this.#forgetSilentGpu()) return null;
    const memory: GpuMemory = { chunks: [], newest: carryValues(null, sample) };
    this.#gpus.set(sample.gpuUuid, memory);
    return memory;
  }

  #chunkWithRoom(memory: GpuMemory): Chunk {
    const last = memory.chunks.at(-1);
    if (last && !last.columns.isFull) return last;
    const chunk = { columns: new SampleColumns(CHUNK_SAMPLES), newestMs: 0 };
    memory.chunks.push(chunk);
    this.#dropOldChunks(memory);
    this.#keepWithinBytes();
    return chunk;
  }

  #dropOldChunks(memory: GpuMemory): void {
    const oldestMs = this.#oldestMs();
    const last = memory.chunks.at(-1);
    // Not only from the front: one of before the clock was set back stays longer than those that came after it.
    memory.chunks = memory.chunks.filter((chunk) => chunk === last || chunk.newestMs >= oldestMs);
  }

  #keepWithinBytes(): void {
    while (this.bytes > this.#options.maxBytes) {
      const memories = [...this.#gpus.values()];
      const most = memories.reduce((a, b) => (b.chunks.length > a.chunks.length ? b : a));
      if (most.chunks.length <= 1) return;
      most.chunks.shift();
    }
  }

  #forgetOldGpus(): void {
    for (const [uuid, memory] of this.#gpus) if (this.#isOld(memory)) this.#gpus.delete(uuid);
  }

  #isOld({ newest }: GpuMemory): boolean {
    return newest.sample.recordedAtMs < this.#oldestMs();
  }

  /** Makes room for a new GPU: the one that has been silent for longest goes. False when all of them are of now. */
  #forgetSilentGpu(): boolean {
    const { sample } = [...this.#gpus.values()]
      .map(({ newest }) => newest)
      .reduce((a, b) => (b.sample.recordedAtMs < a.sample.recordedAtMs ? b : a));
    if (this.#options.nowMs() - sample.recordedAtMs < SILENT_MS) return false;
    return this.#gpus.delete(sample.gpuUuid);
  }
}
