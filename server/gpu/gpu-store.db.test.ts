import * as fc from "fast-check";
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { historyStepsMs } from "@/domain/gpu/history-step";
import { gpuMetrics, isBitField } from "@/domain/gpu/gpu-metric-facts";
import {
  emptyReading,
  GpuMemoryKind,
  type GpuSample,
  GpuSource,
  GpuVendor,
} from "@/domain/gpu/gpu-sample";
import { storableSample } from "@/domain/gpu/storable-sample";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { allValues, gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { anyPoints, expectSameBuckets, plainBuckets } from "@/fixtures/plain-buckets";
import { createPrisma } from "@/server/db";
import { createGpuStore, type GpuStore } from "./gpu-store";
import { isUnstorable } from "./store-error";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 4, 1, 12);

const database = useGpuDatabase();
let store: GpuStore;

beforeEach(async () => {
  await database.admin.query("TRUNCATE gpu_stats, gpu_devices, gpu_partitions.gpu_changes");
  store = createGpuStore(database.prisma);
});

async function partitions(): Promise<string[]> {
  const { rows } = await database.admin.query<{ name: string }>(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'gpu_stats'::regclass ORDER BY 1",
  );
  return rows.map((row) => row.name.replaceAll('"', ""));
}

async function countRows(): Promise<number> {
  const { rows } = await database.admin.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM gpu_stats",
  );
  return rows[0]?.n ?? -1;
}

async function readAll(uuid: string): Promise<GpuSample[]> {
  const { samples } = await store.readNewest({ gpu: { uuid }, sinceMs: null, limit: 10_000 });
  return samples;
}

describe("insertSamples", () => {
  test("what goes in comes out: values, nulls with their reasons, source, time to the millisecond", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 600, fromMs: NOON + 7, everyMs: 333 });
    samples.push(gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + HOUR_MS, source: "health" }));
    expect(await store.insertSamples(samples)).toBe(1_201);
    const read = [...(await readAll("GPU-0")), ...(await readAll("GPU-1"))];
    const expected = [0, 1].flatMap((gpu) => samples.filter((one) => one.gpuUuid === `GPU-${gpu}`));
    expect(read).toEqual(expected);
  });

  test("a second pass of the same samples adds no row", async () => {
    const samples = gpuSampleSeries({ gpus: 8, count: 125, fromMs: NOON, everyMs: 1_000 });
    expect(await store.insertSamples(samples)).toBe(1_000);
    expect(await store.insertSamples(samples)).toBe(0);
    expect(await createGpuStore(database.prisma).insertSamples(samples)).toBe(0);
    expect(await countRows()).toBe(1_000);
  });

  test("a statement that holds one sample twice stores it once", async () => {
    const sample = gpuSample();
    expect(await store.insertSamples([sample, sample])).toBe(1);
  });

  test("nothing is no statement", async () => {
    expect(await store.insertSamples([])).toBe(0);
  });

  test("any text may be the name or the UUID of a GPU", async () => {
    const texts = [
      'quote " and \\ backslash',
      "NULL",
      "{1,2}",
      "__proto__",
      "constructor",
      "'; DROP TABLE gpu_stats; --",
      "日本語 ß 🟢 \u202e rtl",
      "tab\tnewline\nreturn\r",
      "$1 $$ %s",
      " ",
    ];
    const samples = texts.map((text, i) =>
      gpuSample({ gpuUuid: text, gpuName: text, gpuIndex: i, values: { utilizationPercent: i } }),
    );
    expect(await store.insertSamples(samples)).toBe(texts.length);
    for (const sample of samples) expect(await readAll(sample.gpuUuid)).toEqual([sample]);
    expect(Object.prototype).not.toHaveProperty("utilizationPercent");
  });

  test("any sample that went through storableSample is stored as it is", async () => {
    const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, 1e308, 2 ** 31));
    const anySample = fc.record({
      gpuUuid: fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      gpuIndex: fc.nat(4_095),
      gpuName: fc.option(fc.string({ unit: "binary", maxLength: 100 })),
      recordedAtMs: fc.integer({ min: NOON, max: NOON + DAY_MS }),
      source: fc.constantFrom(...GpuSource.options),
      host: fc.string({ unit: "binary", maxLength: 40 }),
      vendor: fc.constantFrom(null, ...GpuVendor.options),
      memoryKind: fc.constantFrom(null, ...GpuMemoryKind.options),
      parentUuid: fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: 40 })),
      migProfile: fc.option(fc.string({ unit: "binary", maxLength: 20 })),
      values: fc
        .tuple(...gpuMetrics.map(() => fc.option(anyNumber)))
        .map(
          (values) =>
            Object.fromEntries(
              gpuMetrics.map((metric, i) => [metric, values[i]]),
            ) as GpuSample["values"],
        ),
      missing: fc.constant(emptyReading("not_supported").missing),
    });
    await fc.assert(
      fc.asyncProperty(anySample, async (raw) => {
        await database.admin.query("TRUNCATE gpu_stats, gpu_devices");
        const sample = storableSample(raw);
        expect(await store.insertSamples([sample])).toBe(1);
        expect(await readAll(sample.gpuUuid)).toEqual([sample]);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    "enable_hashjoin=on",
    "enable_hashjoin=off -c enable_nestloop=off",
    "enable_hashjoin=off -c enable_mergejoin=off",
  ])("of two samples of one time in a batch the first is kept, joined with %s", async (joins) => {
    const url = new URL(database.url);
    url.searchParams.set("options", `-c ${joins}`);
    const joined = createPrisma(url.href);
    try {
      // Each GPU twice, and with another header the second time: joined by header they come in another order.
      const sources = ["smi", "health"] as const;
      const samples = [...sources, ...sources.toReversed()].flatMap((source, turn) =>
        [0, 1, 2].map((gpu) =>
          gpuSample({
            gpuUuid: `GPU-${gpu}`,
            recordedAtMs: NOON + (turn < 2 ? 0 : 1),
            source,
            values: allValues(turn * 3 + gpu),
          }),
        ),
      );
      await createGpuStore(joined).insertSamples(samples);
      const kept = [samples[0], samples[6]];
      expect(await readAll("GPU-0")).toEqual(kept);
    } finally {
      await joined.$disconnect();
    }
  });

  test("a value that the table refuses is an UnstorableSamplesError and stores nothing", async () => {
    const bad = gpuSample({ gpuUuid: "bad", values: { utilizationPercent: 101 } });
    const error = await store.insertSamples([gpuSample(), bad]).catch((caught: unknown) => caught);
    expect(isUnstorable(error)).toBe(true);
    expect(await countRows()).toBe(0);
  });

  test("a device removed from the database meanwhile is made again", async () => {
    await store.insertSamples([gpuSample()]);
    await database.admin.query("DELETE FROM gpu_devices");
    const next = gpuSample({ recordedAtMs: NOON + 1_000 });
    const other = gpuSample({ recordedAtMs: NOON + 1_000, gpuUuid: "other", gpuIndex: 1 });
    expect(await store.insertSamples([next, other])).toBe(2);
    expect(await readAll(next.gpuUuid)).toContainEqual(next);
  });

  test("a partition dropped meanwhile is made again", async () => {
    await store.insertSamples([gpuSample()]);
    await database.admin.query("DROP TABLE gpu_partitions.gpu_stats_20260501");
    expect(await store.insertSamples([gpuSample()])).toBe(1);
  });

  test("a renamed or moved GPU keeps its row in gpu_devices", async () => {
    await store.insertSamples([gpuSample()]);
    await store.insertSamples([
      gpuSample({ recordedAtMs: NOON + 1_000, gpuIndex: 3, gpuName: "New name", source: "health" }),
    ]);
    const { rows } = await database.admin.query(
      "SELECT gpu_index, name, source, simulated FROM gpu_devices",
    );
    expect(rows).toEqual([{ gpu_index: 3, name: "New name", source: "health", simulated: false }]);
  });

  test("two processes that store the same samples of new GPUs at once store each once", async () => {
    const samples = gpuSampleSeries({
      gpus: 16,
      count: 50,
      fromMs: NOON + 3 * DAY_MS,
      everyMs: HOUR_MS,
    });
    const others = [
      createGpuStore(database.prisma),
      createGpuStore(database.prisma),
      createGpuStore(database.prisma),
    ];
    const counts = await Promise.all(others.map((other) => other.insertSamples(samples)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(800);
    expect(await countRows()).toBe(800);
  });
});

describe("partitions", () => {
  test("a sample lies in the partition of its UTC day, at midnight too", async () => {
    const midnight = Date.UTC(2026, 1, 28) + DAY_MS;
    const times = [midnight - 1, midnight, midnight + 1];
    await store.insertSamples(times.map((recordedAtMs) => gpuSample({ recordedAtMs })));
    const { rows } = await database.admin.query<{ name: string; n: number }>(
      "SELECT tableoid::regclass::text AS name, count(*)::int AS n FROM gpu_stats GROUP BY 1 ORDER BY 1",
    );
    expect(rows).toEqual([
      { name: "gpu_partitions.gpu_stats_20260228", n: 1 },
      { name: "gpu_partitions.gpu_stats_20260301", n: 2 },
    ]);
  });

  test("the leap day has a partition of its own", async () => {
    const leapDay = Date.UTC(2028, 1, 29);
    await store.ensurePartitions([leapDay, leapDay + DAY_MS - 1, leapDay + DAY_MS]);
    expect(await partitions()).toEqual(
      expect.arrayContaining([
        "gpu_partitions.gpu_stats_20280229",
        "gpu_partitions.gpu_stats_20280301",
      ]),
    );
  });

  test("days are those of UTC whatever the session's time zone is", async () => {
    const url = new URL(database.url);
    url.searchParams.set("options", "-c TimeZone=America/St_Johns");
    const elsewhere = createPrisma(url.href);
    try {
      const first = Date.UTC(2029, 9, 28);
      await createGpuStore(elsewhere).insertSamples([
        gpuSample({ recordedAtMs: first }),
        gpuSample({ recordedAtMs: first + DAY_MS - 1 }),
      ]);
      const { rows } = await database.admin.query(
        "SELECT tableoid::regclass::text AS name, count(*)::int AS n FROM gpu_stats GROUP BY 1",
      );
      expect(rows).toEqual([{ name: "gpu_partitions.gpu_stats_20291028", n: 2 }]);
    } finally {
      await elsewhere.$disconnect();
    }
  });
});

describe("readHistory", () => {
  const query = {
    gpuUuids: ["GPU-0"],
    metrics: ["utilizationPercent", "memoryUsedMib"] as const,
    fromMs: NOON,
    toMs: NOON + 10 * MINUTE_MS,
    stepMs: 60_000 as const,
  };
  const read = async (more: Partial<Parameters<GpuStore["readHistory"]>[0]> = {}) =>
    store.readHistory({ ...query, metrics: [...query.metrics], ...more });

  test("a GPU that nobody knows has a series of empty buckets", async () => {
    const { series } = await read({ gpuUuids: ["nobody"] });
    expect(series).toEqual([
      {
        gpuUuid: "nobody",
        gpuIndex: null,
        gpuName: null,
        timesMs: Array.from({ length: 10 }, (_, i) => NOON + i * MINUTE_MS),
        counts: new Array(10).fill(0),
        mean: {
          utilizationPercent: new Array(10).fill(null),
          memoryUsedMib: new Array(10).fill(null),
        },
        min: {
          utilizationPercent: new Array(10).fill(null),
          memoryUsedMib: new Array(10).fill(null),
        },
        max: {
          utilizationPercent: new Array(10).fill(null),
          memoryUsedMib: new Array(10).fill(null),
        },
        sources: new Array(10).fill(null),
        knownUntilMs: 0,
      },
    ]);
  });

  test("a gap stays a gap: buckets without samples are null, a metric without values too", async () => {
    await store.insertSamples([
      gpuSample({
        gpuUuid: "GPU-0",
        recordedAtMs: NOON + 1_000,
        values: { utilizationPercent: 0 },
      }),
      gpuSample({
        gpuUuid: "GPU-0",
        recordedAtMs: NOON + 2_000,
        values: { utilizationPercent: 50 },
      }),
      gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + 5 * MINUTE_MS, values: {} }),
    ]);
    const { series } = await read();
    expect(series[0]).toMatchObject({
      counts: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0],
      mean: { utilizationPercent: [25, ...new Array<null>(9).fill(null)] },
      min: { utilizationPercent: [0, ...new Array<null>(9).fill(null)] },
      max: { utilizationPercent: [50, ...new Array<null>(9).fill(null)] },
      sources: ["smi", null, null, null, null, "smi", null, null, null, null],
    });
  });

  test("a bucket of throttle reasons holds the bits of all its samples, never their mean", async () => {
    await store.insertSamples(
      [4, 64, 68].map((throttleReasons, i) =>
        gpuSample({
          gpuUuid: "GPU-0",
          recordedAtMs: NOON + i * 1_000,
          values: { throttleReasons },
        }),
      ),
    );
    const { series } = await read({ metrics: ["throttleReasons"] });
    expect(series[0]?.mean.throttleReasons?.[0]).toBe(4 | 64);
    expect(series[0]?.min?.throttleReasons?.[0]).toBe(0);
    expect(series[0]?.max?.throttleReasons?.[0]).toBe(4 | 64);
  });

  test("the source of a bucket that holds several is the last one", async () => {
    const sources: GpuSource[] = ["smi", "health", "smi", "simulated", "health"];
    await store.insertSamples(
      sources.map((source, i) =>
        gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + i * 1_000, source }),
      ),
    );
    const { series } = await read();
    expect(series[0]?.sources[0]).toBe("health");
  });

  test("raw series hold what was sampled, the newest when there are too many", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 100, fromMs: NOON, everyMs: 1_000 });
    await store.insertSamples(samples);
    const { series, truncated } = await read({ gpuUuids: ["GPU-1", "GPU-0"], stepMs: null });
    expect(truncated).toBe(false);
    expect(series.map((one) => one.gpuUuid)).toEqual(["GPU-1", "GPU-0"]);
    const ofGpu0 = samples.filter((sample) => sample.gpuUuid === "GPU-0");
    expect(series[1]).toEqual({
      gpuUuid: "GPU-0",
      gpuIndex: 0,
      gpuName: "Test GPU",
      timesMs: ofGpu0.map((sample) => sample.recordedAtMs),
      counts: null,
      mean: {
        utilizationPercent: ofGpu0.map((sample) => sample.values.utilizationPercent),
        memoryUsedMib: ofGpu0.map((sample) => sample.values.memoryUsedMib),
      },
      min: null,
      max: null,
      sources: ofGpu0.map(() => "smi"),
      knownUntilMs: NOON + 99_001,
    });
  });

  test("more than 11,000 raw points are cut to the newest", async () => {
    const samples = gpuSampleSeries({ gpus: 1, count: 11_002, fromMs: NOON, everyMs: 100 });
    await store.insertSamples(samples);
    const { series, truncated } = await read({ stepMs: null, toMs: NOON + DAY_MS / 2 });
    expect(truncated).toBe(true);
    expect(series[0]?.timesMs).toHaveLength(11_000);
    expect(series[0]?.timesMs[0]).toBe(samples[2]?.recordedAtMs);
    expect(series[0]?.mean.utilizationPercent).toHaveLength(11_000);
    expect(series[0]?.sources).toHaveLength(11_000);
  });

  test("all 25 metrics fit one statement", async () => {
    await store.insertSamples(gpuSampleSeries({ gpus: 1, count: 3, fromMs: NOON, everyMs: 1_000 }));
    const { series } = await read({ metrics: [...gpuMetrics] });
    const means = allMeans(series[0]);
    const expected = gpuMetrics.map((metric) => {
      const values = [0, 1, 2].map((i) => allValues(i)[metric] ?? 0);
      if (isBitField(metric)) return values.reduce((bits, value) => bits | value, 0);
      return values.reduce((sum, value) => sum + value, 0) / 3;
    });
    for (const [i, mean] of means.entries()) expect(mean).toBeCloseTo(expected[i] ?? NaN, 6);
  });

  test("buckets equal a plain computation, across midnight, for any samples and step", async () => {
    const from = Date.UTC(2026, 9, 25) - 2 * HOUR_MS; // summer time ends in Europe in this night
    const anyCase = fc.record({
      points: anyPoints(from, from + 4 * HOUR_MS),
      stepMs: fc.constantFrom(...historyStepsMs),
      fromMs: fc.integer({ min: from, max: from + HOUR_MS }),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ points, stepMs, fromMs }) => {
        await database.admin.query("TRUNCATE gpu_stats");
        const samples = points.map(({ recordedAtMs, utilizationPercent, source }) =>
          gpuSample({ gpuUuid: "GPU-0", recordedAtMs, source, values: { utilizationPercent } }),
        );
        await store.insertSamples(samples);
        const toMs = Math.min(fromMs + 2 * HOUR_MS, fromMs + 10_000 * stepMs);
        const { series } = await read({ fromMs, toMs, stepMs, metrics: ["utilizationPercent"] });
        const metric = "utilizationPercent";
        expectSameBuckets(series[0], plainBuckets({ samples, metric, fromMs, toMs, stepMs }));
      }),
      { numRuns: 60 },
    );
  });
});

function allMeans(series: GpuHistorySeries | undefined): (number | null | undefined)[] {
  return gpuMetrics.map((metric) => series?.mean[metric]?.[0]);
}

describe("readNewest, readLatest, readSamplesAfter", () => {
  test("the newest N, oldest first; more only when older ones exist", async () => {
    const samples = gpuSampleSeries({ gpus: 1, count: 10, fromMs: NOON, everyMs: 1_000 });
    await store.insertSamples(samples);
    const gpu = { uuid: "GPU-0" };
    const some = await store.readNewest({ gpu, sinceMs: null, limit: 9 });
    expect(some).toEqual({ samples: samples.slice(1), hasMore: true });
    const exact = await store.readNewest({ gpu, sinceMs: null, limit: 10 });
    expect(exact).toEqual({ samples, hasMore: false });
    const since = await store.readNewest({ gpu, sinceMs: NOON + 7_000, limit: 3 });
    expect(since).toEqual({ samples: samples.slice(7), hasMore: false });
  });

  test("an index means the GPU that had it last", async () => {
    const old = gpuSample({ gpuUuid: "old", recordedAtMs: NOON });
    const current = gpuSample({ gpuUuid: "current", recordedAtMs: NOON + DAY_MS });
    await store.insertSamples([current]);
    await store.insertSamples([old]);
    const answer = await store.readNewest({ gpu: { index: 0 }, sinceMs: null, limit: 10 });
    expect(answer.samples).toEqual([current]);
    expect(await store.readNewest({ gpu: { index: 7 }, sinceMs: null, limit: 10 })).toEqual({
      samples: [],
      hasMore: false,
    });
  });

  test("the latest of each GPU, and none that is too old", async () => {
    const samples = gpuSampleSeries({ gpus: 3, count: 4, fromMs: NOON, everyMs: 1_000 });
    await store.insertSamples(samples);
    await store.insertSamples([gpuSample({ gpuUuid: "gone", recordedAtMs: NOON - HOUR_MS })]);
    expect(await store.readLatest({ sinceMs: NOON })).toEqual(samples.slice(-3));
  });

  test("a follower reads each sample once, also of a GPU that is behind", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 6, fromMs: NOON, everyMs: 1_000 });
    const [early, late] = [samples.slice(0, 6), samples.slice(6)];
    await store.insertSamples(early);
    const first = await store.readSamplesAfter({ cursors: new Map(), sinceMs: NOON, limit: 100 });
    expect(first).toEqual(early);
    await store.insertSamples(late);
    const cursors = new Map([["GPU-0", NOON + 2_000]]);
    const rest = await store.readSamplesAfter({ cursors, sinceMs: NOON + 3_000, limit: 100 });
    expect(rest).toEqual(late);
    const limited = await store.readSamplesAfter({ cursors, sinceMs: NOON, limit: 1 });
    expect(limited).toEqual([samples[1], samples[6]]);
  });
});

describe("errors", () => {
  test("a statement that takes too long ends with the database's code", async () => {
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    await store.insertSamples([gpuSample()]);
    await locker.query("BEGIN; LOCK TABLE gpu_stats IN ACCESS EXCLUSIVE MODE");
    try {
      const reading = store.readHistory({
        gpuUuids: ["GPU-0"],
        metrics: ["powerWatts"],
        fromMs: 0,
        toMs: 60_000,
        stepMs: 1_000,
      });
      await expect(reading).rejects.toMatchObject({ code: "57014" });
    } finally {
      await locker.end();
    }
  });

  test("a database that is not there is an error with the system's code", async () => {
    const gone = createPrisma("postgresql://nobody:x@127.0.0.1:9/none");
    const error = await createGpuStore(gone)
      .insertSamples([gpuSample()])
      .catch((caught: unknown) => caught);
    expect(isUnstorable(error)).toBe(false);
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    await gone.$disconnect();
  });
});
