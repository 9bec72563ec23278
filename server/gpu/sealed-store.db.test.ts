import * as fc from "fast-check";
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { emptyReading, type GpuSample, type GpuSource } from "@/domain/gpu/gpu-sample";
import { resetUpkeep, useGpuDatabase } from "@/fixtures/gpu-database";
import { allValues, gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createGpuStore, type GpuStore } from "./gpu-store";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY = Date.UTC(2026, 4, 1);
const LATER = DAY + 3 * DAY_MS;

const database = useGpuDatabase();
let store: GpuStore;

async function emptyTables(): Promise<void> {
  const { rows } = await database.admin.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'gpu_partitions' AND c.relkind = 'r' AND (c.relispartition OR c.relname LIKE '%_next')`,
  );
  if (rows.length > 0)
    await database.admin.query(`DROP TABLE ${rows.map(({ name }) => name).join(", ")}`);
  await database.admin.query("TRUNCATE gpu_devices, gpu_partitions.gpu_changes");
  await resetUpkeep(database.admin);
}

beforeEach(async () => {
  await emptyTables();
  store = createGpuStore(database.prisma);
});

/** Every sample that a reader finds, raw or sealed, as text. */
async function allRows(): Promise<unknown[]> {
  const { rows } = await database.admin.query<Record<string, unknown>>(
    `SELECT d.uuid, (date_part('epoch', s.recorded_at) * 1000)::float8 AS time_ms, s.*
     FROM gpu_partitions.gpu_samples_between((SELECT array_agg(id) FROM gpu_devices), '2000-01-01', '2100-01-01') s
     JOIN gpu_devices d ON d.id = s.device_id ORDER BY 1, 2`,
  );
  return rows;
}

async function count(statement: string): Promise<number> {
  const { rows } = await database.admin.query<{ n: string }>(`SELECT ${statement} AS n`);
  return Number(rows[0]?.n);
}
const rawCount = () => count("(SELECT count(*) FROM gpu_stats)");
const sealedCount = () => count("(SELECT sum(sample_count) FROM gpu_partitions.gpu_hours)");

async function rollUp(): Promise<void> {
  let hasMore = true;
  while (hasMore)
    ({ hasMore } = await store.rollUp({ nowMs: LATER + DAY_MS, wholeHoursBeforeMs: 0 }));
}

async function seal(one: GpuStore = store): Promise<string[]> {
  await rollUp();
  return one.sealDays({ beforeMs: LATER, signal: new AbortController().signal });
}

/** A day of few samples, some with nulls and their reasons, of several sources, at odd milliseconds. */
function oddDay(): GpuSample[] {
  const samples = gpuSampleSeries({ gpus: 2, count: 700, fromMs: DAY + 7, everyMs: 123_421 });
  const sources: GpuSource[] = ["nvml", "smi", "dcgm", "health"];
  for (const [i, sample] of samples.entries()) {
    sample.source = sources[i % 4] ?? "smi";
    if (i % 3 > 0) continue;
    Object.assign(sample, emptyReading(i % 2 > 0 ? "not_sampled" : "read_error"));
    sample.values = { ...sample.values, utilizationPercent: i % 100 };
    delete sample.missing.utilizationPercent;
  }
  return samples;
}

describe("sealDays", () => {
  test("what a reader finds is the same before and after, to the millisecond, with sources and reasons", async () => {
    const samples = oddDay();
    await store.insertSamples(samples);
    const before = await allRows();
    expect(before).toHaveLength(1_400);
    expect(await seal()).toEqual(["gpu_stats_20260501"]);
    expect(await allRows()).toEqual(before);
    expect([await rawCount(), await sealedCount()]).toEqual([0, 1_400]);
    expect(await seal()).toEqual([]);
  });

  test("a value that is null throughout an hour has no array", async () => {
    await store.insertSamples([
      gpuSample({ recordedAtMs: DAY, values: { powerWatts: 1.5 } }),
      gpuSample({ recordedAtMs: DAY + 1, values: {} }),
    ]);
    await seal();
    const { rows } = await database.admin.query("SELECT * FROM gpu_partitions.gpu_hours");
    expect(rows).toMatchObject([
      { sample_count: 2, offsets_ms: [0, 1], power_usage: [1.5, null], utilization: null },
    ]);
  });

  test("a sample of a sealed day that is sent again is counted as 0 and read once", async () => {
    const samples = oddDay();
    await store.insertSamples(samples);
    await seal();
    const before = await allRows();
    expect(await store.insertSamples(samples)).toBe(0);
    expect(await createGpuStore(database.prisma).insertSamples(samples.toReversed())).toBe(0);
    expect(await allRows()).toEqual(before);
  });

  test("late samples of a sealed day are found at once, and sealed at the next run", async () => {
    const samples = oddDay();
    const late = gpuSampleSeries({ gpus: 3, count: 50, fromMs: DAY + 5, everyMs: 1_700_000 });
    await store.insertSamples(samples);
    await seal();
    expect(await store.insertSamples([...late, ...samples.slice(0, 30)])).toBe(150);
    const after = await allRows();
    expect(after).toHaveLength(1_550);
    expect([await rawCount(), await sealedCount()]).toEqual([150, 1_400]);
    expect(await seal()).toEqual(["gpu_stats_20260501"]);
    expect(await allRows()).toEqual(after);
    expect([await rawCount(), await sealedCount()]).toEqual([0, 1_550]);
  });

  test("a day is not sealed before its end, nor before it is rolled up", async () => {
    await store.insertSamples([
      gpuSample({ recordedAtMs: DAY }),
      gpuSample({ recordedAtMs: LATER }),
    ]);
    const { signal } = new AbortController();
    expect(await store.sealDays({ beforeMs: LATER, signal })).toEqual([]);
    await rollUp();
    expect(await store.sealDays({ beforeMs: DAY + DAY_MS - 1, signal })).toEqual([]);
    expect(await store.sealDays({ beforeMs: LATER, signal })).toEqual(["gpu_stats_20260501"]);
    expect(await rawCount()).toBe(1);
  });

  test("a partition without a sample goes, and nothing comes in its place", async () => {
    await store.ensurePartitions([DAY]);
    expect(await seal()).toEqual(["gpu_stats_20260501"]);
    expect((await store.listPartitions()).map(({ name }) => name)).toEqual([]);
  });

  test("samples stored while a day is being sealed are neither lost nor doubled", async () => {
    const samples = oddDay();
    await store.insertSamples(samples);
    await rollUp();
    const late = gpuSampleSeries({ gpus: 2, count: 120, fromMs: DAY + 11, everyMs: 700_001 });
    const writer = createGpuStore(database.prisma);
    let stored = 0;
    const writing = (async () => {
      for (let at = 0; at < late.length; at += 8)
        stored += await writer.insertSamples([
          ...late.slice(at, at + 8),
          ...samples.slice(at, at + 3),
        ]);
    })();
    const sealing = store
      .sealDays({ beforeMs: LATER, signal: new AbortController().signal })
      .catch(() => []);
    await Promise.all([writing, sealing]);
    expect(stored).toBe(240);
    expect(await allRows()).toHaveLength(1_640);
    await seal();
    expect(await allRows()).toHaveLength(1_640);
    expect([await rawCount(), await sealedCount()]).toEqual([0, 1_640]);
  });

  test("two portals that seal at once seal once", async () => {
    await store.insertSamples(oddDay());
    const before = await allRows();
    await rollUp();
    const others = [store, createGpuStore(database.prisma)];
    await Promise.allSettled(others.map((one) => seal(one)));
    await seal();
    expect(await allRows()).toEqual(before);
    expect(await sealedCount()).toBe(1_400);
  });

  test("arrays that another process made anew meanwhile do not take the place of the day", async () => {
    await store.insertSamples(oddDay());
    const before = await allRows();
    await rollUp();
    await database.admin.query("BEGIN; LOCK TABLE gpu_partitions.gpu_upkeep IN EXCLUSIVE MODE");
    const sealing = store
      .sealDays({ beforeMs: LATER, signal: new AbortController().signal })
      .catch((error: unknown) => error);
    const waiting = () =>
      count(
        "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')",
      );
    await expect.poll(waiting, { timeout: 30_000, interval: 20 }).toBe(1);
    await database.admin.query(
      "DELETE FROM gpu_partitions.gpu_hours_20260501_next WHERE hour < '2026-05-01 05:00Z'; COMMIT",
    );
    expect(await sealing).toMatchObject({ code: "40001" });
    expect(await allRows()).toEqual(before);
    expect(await seal()).toEqual(["gpu_stats_20260501"]);
    expect(await allRows()).toEqual(before);
  });

  test("a connection that is cut in the middle leaves the day as it was; the next run seals it", async () => {
    await store.insertSamples(oddDay());
    const before = await allRows();
    await rollUp();
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    try {
      await locker.query("BEGIN; LOCK TABLE gpu_stats IN ACCESS SHARE MODE");
      const sealing = store
        .sealDays({ beforeMs: LATER, signal: new AbortController().signal })
        .then(
          () => null,
          (error: unknown) => error,
        );
      // At the end of all, where it waits to drop the raw partition.
      const killed = async () => {
        const { rows } = await database.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%staged_samples%'`,
        );
        return rows.length;
      };
      await expect.poll(killed, { timeout: 30_000, interval: 20 }).toBe(1);
      expect(await sealing).toBeInstanceOf(Error);
    } finally {
      await locker.end();
    }
    expect(await allRows()).toEqual(before);
    expect([await rawCount(), await sealedCount()]).toEqual([1_400, 0]);
    expect(await seal()).toEqual(["gpu_stats_20260501"]);
    expect(await allRows()).toEqual(before);
  });

  test("an aborted run ends with the hour that it is at", async () => {
    await store.insertSamples(oddDay());
    await rollUp();
    const controller = new AbortController();
    const sealing = store.sealDays({ beforeMs: LATER, signal: controller.signal });
    controller.abort(new Error("lock lost"));
    await expect(sealing).rejects.toThrow("lock lost");
    expect(await rawCount()).toBe(1_400);
  });

  test("any samples: sealed, then more, then sealed again, reads as if never sealed", async () => {
    const anySamples = fc.array(
      fc
        .record({
          gpu: fc.nat(2),
          recordedAtMs: fc.oneof(
            fc.integer({ min: DAY, max: DAY + 2 * DAY_MS - 1 }),
            fc.integer({ min: DAY + HOUR_MS - 20, max: DAY + HOUR_MS + 20 }),
          ),
          seed: fc.nat(10_000),
          present: fc.subarray([...gpuMetrics]),
        })
        .map(({ gpu, recordedAtMs, seed, present }) => {
          const all = allValues(seed);
          const values = Object.fromEntries(present.map((metric) => [metric, all[metric]]));
          return gpuSample({ gpuUuid: `GPU-${gpu}`, gpuIndex: gpu, recordedAtMs, values });
        }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anySamples, { minLength: 1, maxLength: 3 }), async (rounds) => {
        await emptyTables();
        store = createGpuStore(database.prisma);
        const times = new Set<string>();
        for (const samples of rounds) {
          const fresh = samples.filter(({ gpuUuid, recordedAtMs }) => {
            const time = `${gpuUuid} ${recordedAtMs}`;
            const isFresh = !times.has(time);
            times.add(time);
            return isFresh;
          });
          expect(await store.insertSamples(samples)).toBe(fresh.length);
          const before = await allRows();
          await seal();
          expect(await allRows()).toEqual(before);
          expect(before).toHaveLength(times.size);
          expect(await rawCount()).toBe(0);
        }
      }),
      { numRuns: 8, endOnFailure: true, interruptAfterTimeLimit: 40_000 },
    );
  });
});

describe("a day's indexes", () => {
  test("a hot day has the btree of its key and a BRIN; a sealed one the key of its hours alone", async () => {
    await store.insertSamples([gpuSample({ recordedAtMs: DAY, values: allValues(1) })]);
    const indexes = async (table: string) => {
      const { rows } = await database.admin.query<{ kind: string }>(
        `SELECT am.amname AS kind FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
         WHERE i.indrelid = to_regclass($1) ORDER BY 1`,
        [`gpu_partitions.${table}`],
      );
      return rows.map(({ kind }) => kind);
    };
    expect(await indexes("gpu_stats_20260501")).toEqual(["brin", "btree"]);
    await seal();
    expect(await indexes("gpu_stats_20260501")).toEqual([]);
    expect(await indexes("gpu_hours_20260501")).toEqual(["btree"]);
  });

  test("each metric has an array in gpu_hours and a column in gpu_samples_between", async () => {
    const { rows } = await database.admin.query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
       WHERE attrelid = 'gpu_partitions.gpu_hours'::regclass AND attnum > 6 ORDER BY attnum`,
    );
    const expected = gpuMetrics.map((metric) => {
      const { key, storedAs } = gpuMetricFacts[metric];
      return { name: key, type: storedAs === "integer" ? "integer[]" : "double precision[]" };
    });
    expect(rows).toEqual(expected);
    const { fields } = await database.admin.query(
      "SELECT * FROM gpu_partitions.gpu_samples_between('{}', now(), now())",
    );
    const keys = gpuMetrics.map((metric) => gpuMetricFacts[metric].key);
    expect(fields.map(({ name }) => name)).toEqual([
      "device_id",
      "recorded_at",
      "source",
      ...keys,
      "missing",
    ]);
  });

  test("gpu_samples_between reads no partition outside of its range", async () => {
    const days = [0, 1, 2, 3].map((day) => DAY + day * DAY_MS);
    await store.insertSamples(days.map((recordedAtMs) => gpuSample({ recordedAtMs })));
    await seal();
    const { rows } = await database.admin.query<Record<string, string>>(
      `EXPLAIN SELECT * FROM gpu_partitions.gpu_samples_between(ARRAY[1], to_timestamp(${DAY / SECOND_MS}), to_timestamp(${DAY / SECOND_MS + 60}))`,
    );
    const plan = rows.map((row) => Object.values(row).join("")).join("\n");
    expect(plan).toContain("gpu_hours_20260501");
    expect(plan).not.toMatch(/gpu_hours_20260502|gpu_hours_20260503|gpu_stats_20260504/);
  });
});
