import type { GpuHistoryQuery, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { alignRange, bucketStartsMs, rawPointLimit, readLimitMs } from "@/domain/gpu/history-range";
import type { PrismaClient } from "@/prisma/generated/client";
import { textArrayLiteral } from "./array-literal";
import type { GpuStore, StoredHistory } from "./gpu-store";
import { bucketHistoryStatement, rawHistoryStatement } from "./history-statement";
import { storeError } from "./store-error";

/** The database gives up this much after its reader did, so that nothing piles up in it. */
const GRACE_MS = 1_000;

type Column = (number | null)[];
type Sources = GpuHistorySeries["sources"];
/** One GPU; all but the first three are JSON arrays, or null when the GPU has nothing in the range. */
type Row = { uuid: string; gpu_index: number; name: string | null } & Record<string, string | null>;

// Written by the database from typed columns of ours.
const parsed = (text: string | null | undefined): unknown => (text ? JSON.parse(text) : []);
const numbers = (row: Row | undefined, name: string) => parsed(row?.[name]) as Column;
const times = (row: Row | undefined) => parsed(row?.times) as number[];
const sources = (row: Row | undefined) => parsed(row?.sources) as Sources;

function headOf(gpuUuid: string, row: Row | undefined) {
  return { gpuUuid, gpuIndex: row?.gpu_index ?? null, gpuName: row?.name ?? null };
}

function columnsOf(metrics: readonly GpuMetric[], column: (i: number) => Column) {
  return Object.fromEntries(metrics.map((metric, i) => [metric, column(i)]));
}

/** Puts the buckets that exist at their places; the others stay empty. */
function createScatter(
  row: Row | undefined,
  starts: { fromMs: number; stepMs: number; count: number },
) {
  const places = times(row).map((timeMs) => (timeMs - starts.fromMs) / starts.stepMs);
  return function scatter<T>(values: readonly T[], empty: T): T[] {
    const all = new Array<T>(starts.count).fill(empty);
    for (const [i, place] of places.entries()) all[place] = values[i] ?? empty;
    return all;
  };
}

function rawSeries(
  query: GpuHistoryQuery,
  gpuUuid: string,
  row: Row | undefined,
): GpuHistorySeries {
  return {
    ...headOf(gpuUuid, row),
    timesMs: times(row),
    counts: null,
    mean: columnsOf(query.metrics, (i) => numbers(row, `m${i}`)),
    min: null,
    max: null,
    sources: sources(row),
  };
}

interface Buckets {
  fromMs: number;
  stepMs: number;
  startsMs: number[];
}

function bucketSeries(options: {
  metrics: readonly GpuMetric[];
  gpuUuid: string;
  row: Row | undefined;
  buckets: Buckets;
}): GpuHistorySeries {
  const { metrics, gpuUuid, row, buckets } = options;
  const scatter = createScatter(row, { ...buckets, count: buckets.startsMs.length });
  const columns = (name: string) =>
    columnsOf(metrics, (i) => scatter<number | null>(numbers(row, `${name}${i}`), null));
  return {
    ...headOf(gpuUuid, row),
    timesMs: buckets.startsMs,
    counts: scatter<number>(parsed(row?.counts) as number[], 0),
    mean: columns("a"),
    min: columns("l"),
    max: columns("h"),
    sources: scatter<Sources[number]>(sources(row), null),
  };
}

/** Columns of `gpu_stats` over a range, raw or in buckets. */
export function createHistoryStore(prisma: PrismaClient): Pick<GpuStore, "readHistory"> {
  async function rowsOf(
    query: GpuHistoryQuery,
    statement: string,
    parameters: (string | number)[],
  ) {
    const limitMs = readLimitMs(query) + GRACE_MS;
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

  async function readRaw(query: GpuHistoryQuery): Promise<StoredHistory> {
    const limit = rawPointLimit(query);
    const statement = rawHistoryStatement(query.metrics);
    const uuids = textArrayLiteral(query.gpuUuids);
    // One more than may be answered tells that there are more.
    const rows = await rowsOf(query, statement, [uuids, query.fromMs, query.toMs, limit + 1]);
    const series = query.gpuUuids.map((uuid) => rawSeries(query, uuid, rows.get(uuid)));
    const truncated = series.some((one) => one.timesMs.length > limit);
    return { series: series.map((one) => newestPoints(one, limit)), truncated };
  }

  async function readBuckets(query: GpuHistoryQuery, stepMs: number): Promise<StoredHistory> {
    const range = alignRange(query);
    const statement = bucketHistoryStatement(query.metrics);
    const uuids = textArrayLiteral(query.gpuUuids);
    const rows = await rowsOf(query, statement, [uuids, range.fromMs, range.toMs, stepMs]);
    const buckets = {
      fromMs: range.fromMs,
      stepMs,
      startsMs: bucketStartsMs({ ...range, stepMs }),
    };
    const { metrics } = query;
    const series = query.gpuUuids.map((gpuUuid) =>
      bucketSeries({ metrics, gpuUuid, row: rows.get(gpuUuid), buckets }),
    );
    return { series, truncated: false };
  }

  return {
    readHistory: (query) =>
      query.stepMs === null ? readRaw(query) : readBuckets(query, query.stepMs),
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
