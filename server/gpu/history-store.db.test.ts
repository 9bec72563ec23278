import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { historyStepsMs } from "@/domain/gpu/history-step";
import { emptyGpuTables, useGpuDatabase } from "@/fixtures/gpu-database";
import { allValues, gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { anyPoints, expectSameBuckets, plainBuckets } from "@/fixtures/plain-buckets";
import { createGpuStore, type GpuStore } from "./gpu-store";
import { readRawPoints } from "./read-raw-points";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIDNIGHT = Date.UTC(2026, 4, 2);
const metric = "utilizationPercent";

const database = useGpuDatabase();
let store: GpuStore;
beforeEach(async () => {
  await emptyGpuTables(database.admin);
  store = createGpuStore(database.prisma);
});

async function rollUp(nowMs: number): Promise<void> {
  while ((await store.rollUp({ nowMs, wholeHoursBeforeMs: 0 })).hasMore);
}
const seal = (beforeMs: number) =>
  store.sealDays({ beforeMs, signal: new AbortController().signal });

async function countOf(table: string): Promise<number> {
  const { rows } = await database.admin.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table}`,
  );
  return rows[0]?.n ?? -1;
}

/** Samples of two days, the first of them sealed, with one more that came into it afterwards. */
async function twoDays(): Promise<GpuSample[]> {
  const samples = gpuSampleSeries({
    gpus: 2,
    count: 96,
    fromMs: MIDNIGHT - DAY_MS + 1_234,
    everyMs: DAY_MS / 48,
  });
  await store.insertSamples(samples);
  await rollUp(MIDNIGHT + DAY_MS + HOUR_MS);
  expect(await seal(MIDNIGHT)).toHaveLength(1);
  const late = gpuSample({
    gpuUuid: "GPU-0",
    recordedAtMs: MIDNIGHT - 6 * HOUR_MS,
    values: allValues(7),
  });
  await store.insertSamples([late]);
  const all = [...samples, late];
  return all.sort((a, b) => a.recordedAtMs - b.recordedAtMs || a.gpuIndex - b.gpuIndex);
}
const ofGpu = (samples: readonly GpuSample[], uuid: string) =>
  samples.filter(({ gpuUuid }) => gpuUuid === uuid);

describe("buckets from roll-ups and rows", () => {
  test("equal a plain computation, however far the roll-ups are and whatever is sealed or late", async () => {
    const from = MIDNIGHT - DAY_MS;
    const anyCase = fc.record({
      points: anyPoints(from, MIDNIGHT + 2 * HOUR_MS),
      late: anyPoints(from, MIDNIGHT),
      stepMs: fc.constantFrom(...historyStepsMs),
      fromMs: fc.integer({ min: from, max: MIDNIGHT }),
      rolledToMs: fc.integer({ min: from, max: MIDNIGHT + 3 * HOUR_MS }),
      isSealed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ points, late, stepMs, fromMs, rolledToMs, isSealed }) => {
        await emptyGpuTables(database.admin);
        store = createGpuStore(database.prisma);
        const sampleOf = ({ recordedAtMs, utilizationPercent, source }: (typeof points)[number]) =>
          gpuSample({ gpuUuid: "GPU-0", recordedAtMs, source, values: { utilizationPercent } });
        const known = new Set(points.map(({ recordedAtMs }) => recordedAtMs));
        const first = points.map(sampleOf);
        const second = late.filter(({ recordedAtMs }) => !known.has(recordedAtMs)).map(sampleOf);
        await store.insertSamples(first);
        await rollUp(rolledToMs);
        if (isSealed) await seal(MIDNIGHT);
        await store.insertSamples(second);
        await rollUp(rolledToMs + 1);
        const samples = [...first, ...second];
        const toMs = Math.min(fromMs + 26 * HOUR_MS, fromMs + 10_000 * stepMs);
        const gpuUuids = ["GPU-0"];
        const { series } = await store.readHistory({
          gpuUuids,
          metrics: [metric],
          fromMs,
          toMs,
          stepMs,
        });
        expectSameBuckets(series[0], plainBuckets({ samples, metric, fromMs, toMs, stepMs }));
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test("are known until the newest sample that was read, or the end of the roll-up", async () => {
    const at = (recordedAtMs: number) => gpuSample({ gpuUuid: "GPU-0", recordedAtMs });
    const query = { gpuUuids: ["GPU-0"], metrics: [metric] as const, fromMs: MIDNIGHT };
    const knownUntilMs = async (stepMs: 1_000 | 3_600_000) => {
      const toMs = MIDNIGHT + HOUR_MS;
      const { series } = await store.readHistory({ ...query, toMs, stepMs });
      return series[0]?.knownUntilMs;
    };
    await store.insertSamples([at(MIDNIGHT + 1), at(MIDNIGHT + 61_000)]);
    expect(await knownUntilMs(3_600_000)).toBe(MIDNIGHT + 61_001);
    await rollUp(MIDNIGHT + 200_000);
    expect(await knownUntilMs(1_000)).toBe(MIDNIGHT + 61_001);
    expect(await knownUntilMs(3_600_000)).toBe(MIDNIGHT + 70_000);
    await store.insertSamples([at(MIDNIGHT + 300_500)]);
    expect(await knownUntilMs(3_600_000)).toBe(MIDNIGHT + 300_501);
  });

  test("of every metric mean, lowest and highest; of throttle reasons bits", async () => {
    const samples = ofGpu(await twoDays(), "GPU-1");
    const range = { fromMs: MIDNIGHT - DAY_MS, toMs: MIDNIGHT + DAY_MS };
    const { series } = await store.readHistory({
      gpuUuids: ["GPU-1"],
      metrics: gpuMetrics,
      ...range,
      stepMs: 86_400_000,
    });
    const day = samples.filter(({ recordedAtMs }) => recordedAtMs >= MIDNIGHT);
    for (const one of gpuMetrics) {
      const values = day.map(({ values }) => values[one] ?? Number.NaN);
      const [mean, min, max] = [series[0]?.mean, series[0]?.min, series[0]?.max].map(
        (columns) => columns?.[one]?.[1] ?? Number.NaN,
      );
      if (one === "throttleReasons") {
        expect(mean).toBe(values.reduce((bits, value) => bits | value));
        expect(min).toBe(values.reduce((bits, value) => bits & value));
        continue;
      }
      expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      const expected = values.reduce((sum, value) => sum + value) / values.length;
      expect(mean).toBeCloseTo(expected, 6);
    }
    expect(series[0]?.counts).toEqual([48, 48]);
  });

  test("come from the roll-ups: they are there when the rows are gone", async () => {
    const samples = ofGpu(await twoDays(), "GPU-1");
    await database.admin.query("TRUNCATE gpu_stats, gpu_partitions.gpu_hours");
    for (const stepMs of [10_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const) {
      const range = {
        fromMs: MIDNIGHT - DAY_MS,
        toMs: MIDNIGHT - DAY_MS + Math.min(2 * DAY_MS, 9_000 * stepMs),
      };
      const { series } = await store.readHistory({
        gpuUuids: ["GPU-1"],
        metrics: [metric],
        ...range,
        stepMs,
      });
      expectSameBuckets(series[0], plainBuckets({ samples, metric, ...range, stepMs }));
    }
  });
});

describe("raw samples, sealed or not", () => {
  const range = { fromMs: MIDNIGHT - DAY_MS, toMs: MIDNIGHT + DAY_MS };

  test("are each there once, in the order of time", async () => {
    const samples = await twoDays();
    expect(await countOf("gpu_partitions.gpu_hours")).toBe(48);
    const { series, truncated } = await store.readHistory({
      gpuUuids: ["GPU-1", "GPU-0"],
      metrics: gpuMetrics,
      ...range,
      stepMs: null,
    });
    expect(truncated).toBe(false);
    for (const one of series) {
      const expected = ofGpu(samples, one.gpuUuid);
      expect(one.timesMs).toEqual(expected.map(({ recordedAtMs }) => recordedAtMs));
      for (const name of gpuMetrics)
        expect(one.mean[name]).toEqual(expected.map(({ values }) => values[name]));
    }
  });

  test("page by page, newest first, none lost or twice while new ones arrive", async () => {
    const samples = ofGpu(await twoDays(), "GPU-0");
    const seen: GpuSample[] = [];
    let beforeMs: number | null = null;
    for (let page = 0; page < 100; page++) {
      const { samples: some, hasMore } = await store.readNewest({
        gpu: { uuid: "GPU-0" },
        sinceMs: null,
        beforeMs,
        limit: 7,
      });
      seen.unshift(...some);
      expect(hasMore).toBe(seen.length < samples.length);
      if (!hasMore) break;
      beforeMs = some[0]?.recordedAtMs ?? null;
      await store.insertSamples([
        gpuSample({ gpuUuid: "GPU-0", recordedAtMs: MIDNIGHT + DAY_MS + page }),
      ]);
    }
    expect(seen).toEqual(samples);
  });

  test("a GPU by host and index; an index is never an instance of a GPU", async () => {
    const base = { gpuIndex: 3, recordedAtMs: MIDNIGHT };
    await store.insertSamples([
      gpuSample({ ...base, gpuUuid: "here", host: "a" }),
      gpuSample({ ...base, gpuUuid: "there", host: "b" }),
      gpuSample({
        ...base,
        gpuUuid: "mig",
        host: "b",
        parentUuid: "there",
        recordedAtMs: MIDNIGHT + 1,
      }),
    ]);
    const newest = async (gpu: Parameters<GpuStore["readNewest"]>[0]["gpu"]) =>
      (await store.readNewest({ gpu, sinceMs: null, limit: 5 })).samples.map((one) => one.gpuUuid);
    expect(await newest({ host: "a", index: 3 })).toEqual(["here"]);
    expect(await newest({ host: "b", index: 3 })).toEqual(["there"]);
    expect(await newest({ host: "c", index: 3 })).toEqual([]);
    expect(await newest({ index: 3 })).not.toEqual(["mig"]);
    expect(await newest({ uuid: "mig" })).toEqual(["mig"]);
  });

  test("the latest sample of a GPU that fell silent before its day was sealed", async () => {
    const samples = await twoDays();
    await database.admin.query("DELETE FROM gpu_stats");
    const latest = await store.readLatest({ sinceMs: MIDNIGHT - DAY_MS });
    const sealed = samples.filter(({ recordedAtMs }) => recordedAtMs < MIDNIGHT);
    expect(latest).toEqual([ofGpu(sealed, "GPU-0").at(-1), ofGpu(sealed, "GPU-1").at(-1)]);
  });

  test("are counted, at any times within an hour", async () => {
    const samples = await twoDays();
    for (const [fromMs, toMs] of [
      [range.fromMs, range.toMs],
      [samples[40]?.recordedAtMs ?? 0, samples[41]?.recordedAtMs ?? 0],
      [samples[10]?.recordedAtMs ?? 0, samples[150]?.recordedAtMs ?? 0],
      [0, 1],
    ] as const) {
      const inside = samples.filter(
        ({ recordedAtMs }) => recordedAtMs >= fromMs && recordedAtMs < toMs,
      );
      const gpuUuids = ["GPU-0", "GPU-1", "nobody"];
      expect(await store.countSamples({ gpuUuids, fromMs, toMs })).toBe(inside.length);
      const ofOne = ofGpu(inside, "GPU-1").length;
      expect(await store.countSamples({ gpuUuids: ["GPU-1"], fromMs, toMs })).toBe(ofOne);
    }
  });

  test("as points: every value to 32 bits, what is not known as NaN, cut to the range", async () => {
    const samples = ofGpu(await twoDays(), "GPU-0");
    const gap = gpuSample({
      gpuUuid: "GPU-0",
      recordedAtMs: MIDNIGHT - HOUR_MS,
      source: "simulated",
    });
    await store.insertSamples([gap]);
    const [fromMs, toMs] = [samples[3]?.recordedAtMs ?? 0, samples[90]?.recordedAtMs ?? 0];
    const ctx = { store, ring: undefined as never, guard: <T>(read: () => Promise<T>) => read() };
    const read = () => readRawPoints(ctx, { gpuUuid: "GPU-0", metrics: gpuMetrics, fromMs, toMs });
    const points = await read();
    const expected = [...samples, gap]
      .filter(({ recordedAtMs }) => recordedAtMs >= fromMs && recordedAtMs < toMs)
      .sort((a, b) => a.recordedAtMs - b.recordedAtMs);
    expect([...points.timesMs]).toEqual(expected.map(({ recordedAtMs }) => recordedAtMs));
    for (const name of gpuMetrics)
      expect(points.values[name], gpuMetricFacts[name].key).toEqual(
        Float32Array.from(expected, ({ values }) => values[name] ?? Number.NaN),
      );
    expect(points).toMatchObject({ simulated: true, stale: false });
    // Again from the hours that are known now, of which one changes.
    expect(await read()).toEqual(points);
    await database.admin.query(
      "UPDATE gpu_partitions.gpu_hours SET utilization = array_fill(42::float8, ARRAY[sample_count]) WHERE hour = to_timestamp($1)",
      [(MIDNIGHT - DAY_MS + 3 * HOUR_MS) / 1_000],
    );
    const changed = (await read()).values[metric] ?? [];
    const before = points.values[metric] ?? [];
    const places = [...points.timesMs].map(
      (timeMs) => Math.floor((timeMs - MIDNIGHT + DAY_MS) / HOUR_MS) === 3,
    );
    expect(places).toContain(true);
    expect([...changed]).toEqual([...before].map((value, i) => (places[i] ? 42 : value)));
    const none = await readRawPoints(ctx, { gpuUuid: "nobody", metrics: [metric], fromMs, toMs });
    expect([none.timesMs.length, none.values[metric]?.length]).toEqual([0, 0]);
  });
});

// The last one: it leaves a partition a day.
test("400 days in days are one roll-up a bucket", async () => {
  const samples = Array.from({ length: 40 }, (_, i) => 10 * i).map((day) =>
    gpuSample({
      gpuUuid: "GPU-0",
      recordedAtMs: MIDNIGHT - day * DAY_MS - 1,
      values: { utilizationPercent: day % 100 },
    }),
  );
  await store.insertSamples(samples);
  await rollUp(MIDNIGHT);
  const range = { fromMs: MIDNIGHT - 400 * DAY_MS, toMs: MIDNIGHT };
  const { series } = await store.readHistory({
    gpuUuids: ["GPU-0"],
    metrics: [metric],
    ...range,
    stepMs: 86_400_000,
  });
  expectSameBuckets(series[0], plainBuckets({ samples, metric, ...range, stepMs: DAY_MS }));
}, 60_000);
