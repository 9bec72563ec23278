import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample, GpuSource, GpuValues } from "@/domain/gpu/gpu-sample";
import { decodeMissing, encodeMissing } from "@/domain/gpu/missing-code";
import { nullArrayLiteral } from "@/server/database/array-literal";

/** What seldom changes from one sample of a GPU to the next; kept once for all samples that share it. */
export interface SampleHeader {
  gpuUuid: string;
  host: string;
  gpuIndex: number;
  gpuName: string | null;
  source: GpuSource;
  vendor: GpuSample["vendor"];
  memoryKind: GpuSample["memoryKind"];
  parentUuid: string | null;
  migProfile: string | null;
  /** Text of `encodeMissing`. */
  missing: string;
}

// Null in a column of numbers. Neither is within the bounds of a metric (domain/gpu/gpu-metric-facts.ts).
const NO_INTEGER = -2_147_483_648;
const NO_REAL = Number.NaN;

const TIME_AND_HEADER_BYTES = 8 + 2;
const FIXED_BYTES = 4_096;

type Column = Int32Array | Float64Array;

const placeOf = new Map(gpuMetrics.map((metric, place) => [metric, place]));

/** What a header has of its sample, beside the GPU itself. */
const sameInHeader = [
  "host",
  "gpuIndex",
  "gpuName",
  "source",
  "vendor",
  "memoryKind",
  "parentUuid",
  "migProfile",
] as const;

function headerOf(sample: GpuSample, missing: string): SampleHeader {
  const { gpuUuid, host, gpuIndex, gpuName, source, vendor, memoryKind } = sample;
  const { parentUuid, migProfile } = sample;
  return {
    gpuUuid,
    host,
    gpuIndex,
    gpuName,
    source,
    vendor,
    memoryKind,
    parentUuid,
    migProfile,
    missing,
  };
}

const isNothing = (value: number) => value === NO_INTEGER || Number.isNaN(value);

function newColumn(metric: GpuMetric, capacity: number): Column {
  return gpuMetricFacts[metric].storedAs === "integer"
    ? new Int32Array(capacity).fill(NO_INTEGER)
    : new Float64Array(capacity).fill(NO_REAL);
}

/**
 * Up to `capacity` samples (at most 65,536) as one typed array a metric: at most 166 bytes a sample where an object
 * takes ten times that. A metric that is null throughout takes nothing. Takes samples that went through `storableSample`.
 */
export class SampleColumns {
  readonly capacity: number;
  readonly timesMs: Float64Array;
  readonly headerIndexes: Uint16Array;
  readonly headers: SampleHeader[] = [];
  #length = 0;
  #bytes: number;
  /** In the order of `gpuMetrics`; absent = null throughout. */
  readonly #columns: (Column | undefined)[] = gpuMetrics.map(() => undefined);
  readonly #indexOfHeader = new Map<string, number>();
  readonly #lastHeaderOfGpu = new Map<string, number>();

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#bytes = FIXED_BYTES + capacity * TIME_AND_HEADER_BYTES;
    this.timesMs = new Float64Array(capacity);
    this.headerIndexes = new Uint16Array(capacity);
  }

  static from(samples: readonly GpuSample[]): SampleColumns {
    const columns = new SampleColumns(samples.length);
    for (const sample of samples) columns.append(sample);
    return columns;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /** Memory that this holds, about. */
  get bytes(): number {
    return this.#bytes;
  }

  append(sample: GpuSample): void {
    if (this.isFull) throw new RangeError("no room for another sample");
    const at = this.#length;
    for (const [place, metric] of gpuMetrics.entries()) {
      const value = sample.values[metric];
      if (value === null) continue;
      const column = this.#columns[place] ?? this.#addColumn(place, metric);
      column[at] = value;
    }
    this.timesMs[at] = sample.recordedAtMs;
    this.headerIndexes[at] = this.#headerIndexOf(sample);
    this.#length = at + 1;
  }

  /** Empties it for use again: a queue that is flushed five times a second need not allocate each time. */
  clear(): void {
    for (const column of this.#columns)
      column?.fill(column instanceof Int32Array ? NO_INTEGER : NO_REAL);
    this.headers.length = 0;
    this.#indexOfHeader.clear();
    this.#lastHeaderOfGpu.clear();
    this.#length = 0;
  }

  header(at: number): SampleHeader {
    const header = this.headers[this.headerIndexes[at] ?? -1];
    if (at >= this.#length || !header) throw new RangeError("no sample at this place");
    return header;
  }

  timeMs(at: number): number {
    return this.timesMs[at] ?? Number.NaN;
  }

  value(metric: GpuMetric, at: number): number | null {
    const value = this.#columns[placeOf.get(metric) ?? -1]?.[at];
    return value === undefined || isNothing(value) ? null : value;
  }

  /** One metric as PostgreSQL's text form of an array, `{1,2,NULL}`; the fast way of a bulk insert. */
  literal(metric: GpuMetric): string {
    const column = this.#columns[placeOf.get(metric) ?? -1];
    if (!column) return nullArrayLiteral(this.#length);
    let text = "";
    for (let at = 0; at < this.#length; at++) {
      const value = column[at] ?? NO_REAL;
      text += isNothing(value) ? ",NULL" : `,${value}`;
    }
    return `{${text.slice(1)}}`;
  }

  sample(at: number): GpuSample {
    const { missing, ...header } = this.header(at);
    const values = Object.fromEntries(
      gpuMetrics.map((metric) => [metric, this.value(metric, at)]),
    ) as GpuValues;
    return { ...header, recordedAtMs: this.timeMs(at), values, missing: decodeMissing(missing) };
  }

  samples(): GpuSample[] {
    return Array.from({ length: this.#length }, (_, at) => this.sample(at));
  }

  #addColumn(place: number, metric: GpuMetric): Column {
    const column = newColumn(metric, this.capacity);
    this.#columns[place] = column;
    this.#bytes += column.byteLength;
    return column;
  }

  #headerIndexOf(sample: GpuSample): number {
    const { gpuUuid } = sample;
    const missing = encodeMissing(sample.missing);
    const last = this.#lastHeaderOfGpu.get(gpuUuid) ?? -1;
    const header = this.headers[last];
    const isSame =
      header?.missing === missing && sameInHeader.every((key) => header[key] === sample[key]);
    const index = isSame ? last : this.#find(headerOf(sample, missing));
    this.#lastHeaderOfGpu.set(gpuUuid, index);
    return index;
  }

  #find(header: SampleHeader): number {
    const key = JSON.stringify(header);
    let index = this.#indexOfHeader.get(key);
    if (index === undefined) {
      index = this.headers.push(header) - 1;
      this.#indexOfHeader.set(key, index);
    }
    return index;
  }
}
