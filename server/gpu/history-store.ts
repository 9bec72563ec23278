import type { GpuHistorySelection, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import { alignRange, bucketStartsMs, rawPointLimit, readLimitMs } from "@/domain/gpu/history-range";
import type { PrismaClient } from "@/prisma/generated/client";
import { textArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore, StoredHistory } from "./gpu-store";
import { bucketHead, bucketHistoryStatement, rawHistoryStatement } from "./history-statement";
import { unpackArray, unpackColumn } from "./packed-array";
import { storeError } from "./store-error";

/** The database gives up this much after its reader did, so that nothing piles up in it. */
const GRACE_MS = 1_000;

type Column = (number | null)[];
type Sources = GpuHistorySeries["sources"];
/** One GPU; all but the first are packed arrays, or null when the GPU has nothing in the range. */
type Row = {
  uuid: string;
  gpu_index: number;
  name: string | null;
  /** Of buckets only. */
  known_until?: number | null;
} & Record<string, string | number | null | undefined>;

const packedIn = (row: Row | undefined, name: string): string | null => {
  const value = row?.[name];
  return typeof value === "string" ? value : null;
};
const numbers = (row: Row | undefined, name: string): Column => unpackColumn(packedIn(row, name));
const wholeNumbers = (row: Row | undefined, name: string): number[] => [
  ...unpackArray(packedIn(row, name)),
];

function headOf(gpuUuid: string, row: Row | undefined) {
  return { gpuUuid, gpuIndex: row?.gpu_index ?? null, gpuName: row?.name ?? null };
}

function columnsOf(metrics: readonly GpuMetric[], column: (i: number) => Column) {
  return Object.fromEntries(metrics.map((metric, i) => [metric, column(i)]));
}

/** Puts the buckets that exist at their places; the others stay empty. */
function createScatter(places: readonly number[], count: number) {
  return function scatter<T>(values: T[], empty: T): T[] {
    if (values.length === count) return values;
    const all = new Array<T>(count).fill(empty);
    for (const [i, place] of places.entries()) all[place] = values[i] ?? empty;
    return all;
  };
}

function rawSeries(
  metrics: readonly GpuMetric[],
  gpuUuid: string,
  row: Row | undefined,
): GpuHistorySeries {
  const timesMs = wholeNumbers(row, "times");
  return {
    ...headOf(gpuUuid, row),
    timesMs,
    counts: null,
    mean: columnsOf(metrics, (i) => numbers(row, `m${i}`)),
    min: null,
    max: null,
    sources: wholeNumbers(row, "sources").map(sourceOf),
    knownUntilMs: (timesMs.at(-1) ?? -1) + 1,
  };
}

const sourceOf = (code: number) => GpuSource.options[code - 1] ?? null;

function bucketSeries(options: {
  metrics: readonly GpuMetric[];
  gpuUuid: string;
  row: Row | undefined;
  startsMs: number[];
}): GpuHistorySeries {
  const { metrics, gpuUuid, row, startsMs } = options;
  const heads = Array.from(unpackArray(packedIn(row, "heads")), bucketHead);
  const places = heads.map(({ place }) => place);
  const scatter = createScatter(places, startsMs.length);
  const columns = (name: string) =>
    columnsOf(metrics, (i) => scatter<number | null>(numbers(row, `${name}${i}`), null));
  const sources = heads.map(({ sourceCode }) => sourceOf(sourceCode));
  return {
    ...headOf(gpuUuid, row),
    timesMs: startsMs,
    counts: scatter<number>(
      heads.map(({ samples }) => samples),
      0,
    ),
    mean: columns("a"),
    min: columns("l"),
    max: columns("h"),
    sources: scatter<Sources[number]>(sources, null),
    knownUntilMs: row?.known_until ?? 0,
  };
}

/** Columns of GPU samples over a range, raw or in buckets. */
export function createHistoryStore(prisma: PrismaClient): Pick<GpuStore, "readHistory"> {
  async function rowsOf(
    selection: GpuHistorySelection,
    statement: string,
    parameters: (string | number)[],
  ) {
    const limitMs = readLimitMs(selection) + GRACE_MS;
    // Milliseconds and steps go as text, or Prisma would send a large one as bigint and a small one as int.
    const [, rows] = await prisma
      .$transaction([
        prisma.$executeRawUnsafe(`SET LOCAL statement_timeout = ${limitMs}`),
        prisma.$queryRawUnsafe<Row[]>(statement, ...parameters.map(String)),
      ])
      .catch((error: unknown) => {
        throw storeError(error);
      });
    return new Map(rows.map((row) => [row.uuid, row]));
  }

  async function readRaw(selection: GpuHistorySelection): Promise<StoredHistory> {
    const { metrics, gpuUuids, fromMs, toMs } = selection;
    const limit = rawPointLimit(selection);
    const statement = rawHistoryStatement(metrics);
    // One more than may be answered tells that there are more.
    const parameters = [textArrayLiteral(gpuUuids), fromMs, toMs, limit + 1];
    const rows = await rowsOf(selection, statement, parameters);
    const series = gpuUuids.map((uuid) => rawSeries(metrics, uuid, rows.get(uuid)));
    const truncated = series.some((one) => one.timesMs.length > limit);
    return { series: series.map((one) => newestPoints(one, limit)), truncated };
  }

  async function readBuckets(
    selection: GpuHistorySelection,
    stepMs: number,
  ): Promise<StoredHistory> {
    const { metrics, gpuUuids } = selection;
    const range = alignRange(selection);
    const uuids = textArrayLiteral(gpuUuids);
    const statement = bucketHistoryStatement(metrics, stepMs);
    const parameters = [uuids, stepMs, range.fromMs, range.toMs];
    const rows = await rowsOf(selection, statement, parameters);
    const startsMs = bucketStartsMs({ ...range, stepMs });
    const series = gpuUuids.map((gpuUuid) =>
      bucketSeries({ metrics, gpuUuid, row: rows.get(gpuUuid), startsMs }),
    );
    return { series, truncated: false };
  }

  return {
    readHistory: (selection) =>
      selection.stepMs === null ? readRaw(selection) : readBuckets(selection, selection.stepMs),
  };
}

/** A raw series cut to its newest points. */
function newestPoints(series: GpuHistorySeries, limit: number): GpuHistorySeries {
  if (series.timesMs.length <= limit) return series;
  const mean = Object.fromEntries(
    Object.entries(series.mean).map(([metric, column]) => [metric, column.slice(-limit)]),
  );
  const { timesMs, sources } = series;
  return { ...series, timesMs: timesMs.slice(-limit), sources: sources.slice(-limit), mean };
}
