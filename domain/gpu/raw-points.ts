// Free of zod and of Node: the browser and other tools decode with it.
import type { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";

/** Points of one GPU as columns. Values are 32-bit floats; one that is not known is NaN, never 0. */
export interface RawPoints {
  /** Epoch milliseconds, ascending. */
  timesMs: Float64Array;
  values: Partial<Record<GpuMetric, Float32Array>>;
  /** Some of the points are invented. */
  simulated: boolean;
  /** The database did not answer and these come from memory. */
  stale: boolean;
}

// The format (docs/api.md), little endian:
//
//   0  u8   version, 1             8  f64  time of the first point, epoch ms
//   1  u8   number of metrics m   16  u8   m places in gpuMetrics, then zeros up to a multiple of 4
//   2  u8   1 simulated, 2 stale      f32  m columns of n values, NaN = not known
//   3  u8   0                         …    n - 1 times, each how much longer or shorter the wait was than the one before
//   4  u32  number of points n             (the first: than 0), zigzag, 7 bits a byte, lowest first, top bit = more follow
//
// At a steady poll a time is one byte.
const VERSION = 1;
const HEAD_BYTES = 16;
const SIMULATED = 1;
const STALE = 2;
const MAX_TIME_BYTES = 8;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const columnsAt = (metrics: number) => HEAD_BYTES + Math.ceil(metrics / 4) * 4;

/** Writes a time's change at `at`; answers where the next one begins. Beyond 32 bits numbers stay exact to 2^53. */
function writeChange(bytes: Uint8Array, at: number, change: number): number {
  let rest = change < 0 ? -2 * change - 1 : 2 * change;
  while (rest > 127) {
    bytes[at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

function writeColumn(bytes: Uint8Array, start: number, column: Float32Array): void {
  if (isLittleEndian) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), start);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  for (const [i, value] of column.entries()) view.setFloat32(i * 4, value, true);
}

/** The points as bytes; `metrics` says which columns and in which order. */
export function encodeRawPoints(points: RawPoints, metrics: readonly GpuMetric[]): Uint8Array {
  const { timesMs, values } = points;
  const count = timesMs.length;
  const timesAt = columnsAt(metrics.length) + metrics.length * count * 4;
  const bytes = new Uint8Array(timesAt + Math.max(0, count - 1) * MAX_TIME_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  bytes[1] = metrics.length;
  bytes[2] = (points.simulated ? SIMULATED : 0) + (points.stale ? STALE : 0);
  view.setUint32(4, count, true);
  view.setFloat64(8, timesMs[0] ?? 0, true);
  for (const [place, metric] of metrics.entries()) {
    bytes[HEAD_BYTES + place] = gpuMetrics.indexOf(metric);
    const column = values[metric];
    const start = columnsAt(metrics.length) + place * count * 4;
    writeColumn(bytes, start, column ?? new Float32Array(count).fill(Number.NaN));
  }
  let at = timesAt;
  let waitedMs = 0;
  for (let i = 1; i < count; i++) {
    const waitMs = (timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0);
    at = writeChange(bytes, at, waitMs - waitedMs);
    waitedMs = waitMs;
  }
  return bytes.subarray(0, at);
}

function readTimes(bytes: Uint8Array, options: { at: number; count: number; firstMs: number }) {
  const timesMs = new Float64Array(options.count);
  let { at, firstMs: timeMs } = options;
  let waitMs = 0;
  for (let i = 0; i < options.count; i++) {
    if (i > 0) {
      let change = 0;
      let scale = 1;
      let byte: number;
      do {
        if (at >= bytes.length || scale > 2 ** 49) throw new RangeError("the times are cut off");
        byte = bytes[at++] ?? 0;
        change += (byte % 128) * scale;
        scale *= 128;
      } while (byte > 127);
      waitMs += change % 2 === 1 ? -(change + 1) / 2 : change / 2;
      timeMs += waitMs;
    }
    timesMs[i] = timeMs;
  }
  return timesMs;
}

function readColumn(bytes: Uint8Array, start: number, count: number): Float32Array {
  // A view where the bytes lie well, else a copy.
  if (isLittleEndian && (bytes.byteOffset + start) % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset + start, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}

/**
 * The reverse of `encodeRawPoints`. Columns may be views of `bytes`. Throws RangeError for what is no answer of this version or
 * is cut off; metrics of a newer release are left out.
 */
export function decodeRawPoints(bytes: Uint8Array): RawPoints {
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION)
    throw new RangeError("these are no raw points of version 1");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const metrics = bytes[1] ?? 0;
  const flags = bytes[2] ?? 0;
  const count = view.getUint32(4, true);
  const firstMs = view.getFloat64(8, true);
  const timesAt = columnsAt(metrics) + metrics * count * 4;
  if (timesAt + Math.max(0, count - 1) > bytes.length) throw new RangeError("points are cut off");
  const values: RawPoints["values"] = {};
  for (let place = 0; place < metrics; place++) {
    const metric = gpuMetrics[bytes[HEAD_BYTES + place] ?? -1];
    const start = columnsAt(metrics) + place * count * 4;
    if (metric) values[metric] = readColumn(bytes, start, count);
  }
  return {
    timesMs: readTimes(bytes, { at: timesAt, count, firstMs }),
    values,
    simulated: (flags & SIMULATED) !== 0,
    stale: (flags & STALE) !== 0,
  };
}
