import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { RawPoints } from "@/domain/gpu/raw-points";
import { AppError } from "@/server/errors";
import type { GpuContext } from "./gpu-context";
import type { RawHour } from "./raw-point-store";

type Context = Pick<GpuContext, "ring" | "store" | "guard">;

export interface RawPointsQuery {
  gpuUuid: string;
  metrics: readonly GpuMetric[];
  fromMs: number;
  toMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two million points of one metric, about 10 MB. */
const MAX_VALUES = 3_000_000;
/** A GPU is polled five times a second at most. */
const MOST_SAMPLES_AN_HOUR = 5 * 3_600;
const READ_LIMIT_MS = 5_000;
const NOTHING = new Float32Array(0);

/** The end of what one read takes: whole hours, no more of them than may be answered at all, and a day at the most. */
function windowEndMs(fromMs: number, { toMs, metrics }: RawPointsQuery): number {
  const hours = Math.floor(MAX_VALUES / (metrics.length * MOST_SAMPLES_AN_HOUR));
  const lengthMs = Math.min(DAY_MS, Math.max(1, hours) * HOUR_MS);
  return Math.min(toMs, Math.floor(fromMs / lengthMs) * lengthMs + lengthMs);
}

/** Grows while days are read, so that what is too much is noticed before it is all in memory. */
class Points {
  readonly #query: RawPointsQuery;
  #hours: RawHour[] = [];
  #count = 0;
  simulated = false;

  constructor(query: RawPointsQuery) {
    this.#query = query;
  }

  add(hours: readonly RawHour[]): void {
    for (const hour of hours) {
      this.#hours.push(hour);
      this.#count += hour.offsetsMs.length;
      this.simulated ||= hour.simulated;
    }
    if (this.#count * this.#query.metrics.length > MAX_VALUES)
      throw new AppError(
        "TOO_LARGE",
        "These are more than three million values. Ask for a shorter range or fewer metrics.",
      );
  }

  /** Hours at the ends are whole, and two parts of one hour interleave. */
  finish(): Pick<RawPoints, "timesMs" | "values"> {
    const { fromMs, toMs, metrics } = this.#query;
    const timesMs = new Float64Array(this.#count);
    const columns = metrics.map(() => new Float32Array(this.#count));
    let count = 0;
    let isInOrder = true;
    for (const { hourMs, offsetsMs, values } of this.#hours) {
      const from = placeOf(offsetsMs, fromMs - hourMs);
      const to = placeOf(offsetsMs, toMs - hourMs);
      for (const [m, column] of columns.entries())
        column.set(values[m]?.subarray(from, to) ?? NOTHING, count);
      for (let i = from; i < to; i++) timesMs[count++] = hourMs + (offsetsMs[i] ?? 0);
      const before = count - (to - from);
      isInOrder &&= before === 0 || to === from || follows(timesMs, before);
    }
    const order = isInOrder ? null : ascending(timesMs.subarray(0, count));
    const pick = <A extends Float64Array | Float32Array>(array: A): A =>
      (order === null ? array.subarray(0, count) : picked(array, order)) as A;
    const entries = metrics.map((metric, m) => [metric, pick(columns[m] ?? NOTHING)]);
    return { timesMs: pick(timesMs), values: Object.fromEntries(entries) as RawPoints["values"] };
  }
}

const follows = (timesMs: Float64Array, at: number) => (timesMs[at] ?? 0) > (timesMs[at - 1] ?? 0);

/** Of the first that is not below the limit; they ascend. */
function placeOf(values: Int32Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Places in the order of time, each time once. */
function ascending(timesMs: Float64Array): number[] {
  const places = Array.from(timesMs, (_, place) => place);
  places.sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  return places.filter((place, i) => timesMs[place] !== timesMs[places[i - 1] ?? -1]);
}

function picked(array: Float64Array | Float32Array, order: readonly number[]) {
  const copy = array.slice(0, order.length);
  for (const [i, place] of order.entries()) copy[i] = array[place] ?? Number.NaN;
  return copy;
}

/** From memory, which reaches back only so far. Throws UNAVAILABLE when it holds none of them. */
function fromMemory({ ring }: Context, query: RawPointsQuery, cause: unknown): RawPoints {
  const places = ring.places(query.gpuUuid, query);
  if (places.length === 0)
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, and memory holds nothing of this range. Choose a range nearer to now, or try again in a moment.",
      { cause },
    );
  const values = Object.fromEntries(
    query.metrics.map((metric) => [
      metric,
      Float32Array.from(places, ({ columns, at }) => columns.value(metric, at) ?? Number.NaN),
    ]),
  );
  const timesMs = Float64Array.from(places, ({ timeMs }) => timeMs);
  const simulated = places.some(({ columns, at }) => columns.header(at).source === "simulated");
  return { timesMs, values, simulated, stale: true };
}

/**
 * Every sample of one GPU in [fromMs, toMs) as columns of 32-bit floats; from memory with `stale: true` when the database does
 * not answer. Throws TOO_LARGE, UNAVAILABLE.
 */
export async function readRawPoints(ctx: Context, query: RawPointsQuery): Promise<RawPoints> {
  const points = new Points(query);
  for (let fromMs = query.fromMs; fromMs < query.toMs;) {
    const toMs = windowEndMs(fromMs, query);
    const read = () => ctx.store.readRawHours({ ...query, fromMs, toMs });
    const hours = await ctx.guard(read, READ_LIMIT_MS).catch((error: unknown) => error);
    if (!Array.isArray(hours)) return fromMemory(ctx, query, hours);
    points.add(hours as RawHour[]);
    fromMs = toMs;
  }
  return { ...points.finish(), simulated: points.simulated, stale: false };
}
