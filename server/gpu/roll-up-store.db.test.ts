import * as fc from "fast-check";
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample, GpuSource } from "@/domain/gpu/gpu-sample";
import { emptyGpuTables, useGpuDatabase } from "@/fixtures/gpu-database";
import { allValues, gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { expectSameRollUp, plainRollUp, storedRollUp } from "@/fixtures/plain-roll-ups";
import { createPrisma } from "@/server/db";
import { createGpuStore, type GpuStore } from "./gpu-store";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 4, 1, 12);
const levels = [
  { name: "10s", stepMs: 10_000 },
  { name: "1m", stepMs: MINUTE_MS },
  { name: "1h", stepMs: HOUR_MS },
] as const;

const database = useGpuDatabase();
let store: GpuStore;

beforeEach(async () => {
  await emptyGpuTables(database.admin);
  store = createGpuStore(database.prisma);
});

async function rollUp(nowMs: number, wholeHoursBeforeMs = 0): Promise<void> {
  let hasMore = true;
  while (hasMore) ({ hasMore } = await store.rollUp({ nowMs, wholeHoursBeforeMs }));
}

/** All levels equal a plain computation over these samples, each up to where it says that it is. */
async function expectRolledUp(samples: readonly GpuSample[]): Promise<void> {
  const { rolledToMs } = await store.readUpkeep();
  for (const { name, stepMs } of levels)
    expectSameRollUp(
      await storedRollUp(database.admin, name),
      plainRollUp(samples, { stepMs, untilMs: rolledToMs[name] }),
    );
}

describe("rollUp", () => {
  test("each level holds min, max, sum and count of every value, from the rows stored", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 400, fromMs: NOON - 3, everyMs: 333 });
    await store.insertSamples(samples);
    await rollUp(NOON + HOUR_MS);
    await expectRolledUp(samples);
    const { rolledToMs, oldestChangeMs } = await store.readUpkeep();
    const lastMs = samples.at(-1)?.recordedAtMs ?? 0;
    expect(rolledToMs["10s"]).toBe(Math.floor(lastMs / 10_000) * 10_000 + 10_000);
    expect(rolledToMs["1h"]).toBe(rolledToMs["10s"]);
    expect(oldestChangeMs).toBeNull();
  });

  test("a level holds what was before its time, raw samples the rest, without gap or overlap", async () => {
    const samples = gpuSampleSeries({ gpus: 3, count: 200, fromMs: NOON, everyMs: SECOND_MS });
    const seen: number[] = [];
    for (let second = 0; second <= 220; second += 7) {
      const come = samples.filter(
        ({ recordedAtMs }) =>
          recordedAtMs > NOON + (second - 7) * SECOND_MS &&
          recordedAtMs <= NOON + second * SECOND_MS,
      );
      await store.insertSamples(come);
      await store.rollUp({ nowMs: NOON + second * SECOND_MS, wholeHoursBeforeMs: 0 });
      const { rolledToMs } = await store.readUpkeep();
      const before = samples.filter((one) => one.recordedAtMs <= NOON + second * SECOND_MS);
      await expectRolledUp(before);
      for (const { name } of levels) {
        const { rows } = await database.admin.query<{ n: number }>(
          `SELECT (SELECT coalesce(sum(sample_count), 0) FROM gpu_partitions.gpu_rollup_${name})::int
            + (SELECT count(*) FROM gpu_stats WHERE recorded_at >= to_timestamp($1::float8 / 1000))::int AS n`,
          [rolledToMs[name]],
        );
        expect(rows[0]?.n).toBe(before.length);
      }
      seen.push(rolledToMs["10s"]);
    }
    expect(seen.at(-1)).toBe(NOON + 200 * SECOND_MS);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  });

  test("samples that come hours or days late correct the buckets of all levels, at once", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 60, fromMs: NOON, everyMs: MINUTE_MS });
    await store.insertSamples(samples);
    await rollUp(NOON + 3 * HOUR_MS);
    const late = gpuSampleSeries({ gpus: 3, count: 100, fromMs: NOON + 500, everyMs: 20_000 });
    late.push(gpuSample({ gpuUuid: "GPU-1", recordedAtMs: NOON - 9 * DAY_MS, source: "health" }));
    await store.insertSamples(late);
    await rollUp(NOON + 3 * HOUR_MS + 1);
    await expectRolledUp([...samples, ...late]);
  });

  test("doing it again, or sending the same samples again, changes nothing", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 90, fromMs: NOON, everyMs: SECOND_MS });
    await store.insertSamples(samples);
    await rollUp(NOON + HOUR_MS);
    const { rows: before } = await database.admin.query(
      "SELECT xmin::text, * FROM gpu_partitions.gpu_rollup_10s",
    );
    await store.insertSamples(samples);
    expect(await store.rollUp({ nowMs: NOON + HOUR_MS, wholeHoursBeforeMs: 0 })).toEqual({
      ranges: 0,
      hasMore: false,
    });
    const { rows: after } = await database.admin.query(
      "SELECT xmin::text, * FROM gpu_partitions.gpu_rollup_10s",
    );
    expect(after).toEqual(before);
  });

  test("a clock that jumps an hour ahead and back makes no doubled or lost bucket", async () => {
    const ahead = NOON + HOUR_MS;
    const series = (fromMs: number) =>
      gpuSampleSeries({ gpus: 1, count: 30, fromMs, everyMs: SECOND_MS });
    const parts = [series(NOON), series(ahead), series(NOON + 30 * SECOND_MS)];
    const clocks = [NOON + 30 * SECOND_MS, ahead + 30 * SECOND_MS, NOON + 60 * SECOND_MS];
    for (const [i, part] of parts.entries()) {
      await store.insertSamples(part);
      await rollUp(clocks[i] ?? 0);
    }
    await rollUp(ahead + HOUR_MS);
    await expectRolledUp(parts.flat());
    expect(await storedRollUp(database.admin, "10s")).toHaveLength(9);
  });

  test("the night in which summer time ends and a leap day are hours like any other", async () => {
    const nights = [Date.UTC(2026, 9, 25), Date.UTC(2028, 1, 29, 23, 30)];
    const samples = nights.flatMap((fromMs) =>
      gpuSampleSeries({ gpus: 1, count: 180, fromMs, everyMs: MINUTE_MS }),
    );
    const url = new URL(database.url);
    url.searchParams.set("options", "-c TimeZone=America/St_Johns");
    const elsewhere = createPrisma(url.href);
    store = createGpuStore(elsewhere);
    try {
      await store.insertSamples(samples);
      await rollUp(Date.UTC(2028, 2, 2));
      await expectRolledUp(samples);
      expect(await storedRollUp(database.admin, "1h")).toHaveLength(3 + 4);
    } finally {
      await elsewhere.$disconnect();
    }
  });

  test("an outage of days is caught up in batches, in the order of time", async () => {
    const samples = gpuSampleSeries({
      gpus: 1,
      count: 1_300,
      fromMs: NOON,
      everyMs: 4 * MINUTE_MS,
    });
    for (let at = 0; at < samples.length; at += 2)
      await store.insertSamples(samples.slice(at, at + 2));
    const nowMs = NOON + 10 * DAY_MS;
    const first = await store.rollUp({ nowMs, wholeHoursBeforeMs: 0 });
    expect(first.hasMore).toBe(true);
    await expectRolledUp(samples);
    await rollUp(nowMs);
    await expectRolledUp(samples);
    expect((await store.readUpkeep()).oldestChangeMs).toBeNull();
  });

  test("two portals that roll up at once make each bucket once", async () => {
    const samples = gpuSampleSeries({ gpus: 4, count: 300, fromMs: NOON, everyMs: SECOND_MS });
    const stores = [store, createGpuStore(database.prisma), createGpuStore(database.prisma)];
    for (let at = 0; at < samples.length; at += 400) {
      await store.insertSamples(samples.slice(at, at + 400));
      const nowMs = NOON + (at / 4 + 105) * SECOND_MS;
      await Promise.all(stores.map((one) => one.rollUp({ nowMs, wholeHoursBeforeMs: 0 })));
    }
    await rollUp(NOON + HOUR_MS);
    await expectRolledUp(samples);
  });

  test("a connection that is cut in the middle leaves nothing half done", async () => {
    const samples = gpuSampleSeries({ gpus: 2, count: 120, fromMs: NOON, everyMs: SECOND_MS });
    await store.insertSamples(samples.slice(0, 100));
    await rollUp(NOON + HOUR_MS);
    const before = await storedRollUp(database.admin, "10s");
    await store.insertSamples(samples);
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    try {
      // The level of minutes waits, after that of 10 s was written.
      await locker.query("BEGIN; LOCK TABLE gpu_partitions.gpu_rollup_1m IN SHARE MODE");
      const rolling = rollUp(NOON + HOUR_MS).then(
        () => null,
        (error: unknown) => error,
      );
      const killed = async () => {
        const { rows } = await database.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length;
      };
      await expect.poll(killed, { timeout: 20_000 }).toBe(1);
      expect(await rolling).toBeInstanceOf(Error);
    } finally {
      await locker.end();
    }
    expect(await storedRollUp(database.admin, "10s")).toEqual(before);
    await rollUp(NOON + HOUR_MS);
    await expectRolledUp(samples);
  });

  test("buckets whose samples the retention has dropped stay as they are", async () => {
    const samples = gpuSampleSeries({ gpus: 1, count: 50, fromMs: NOON, everyMs: SECOND_MS });
    await store.insertSamples(samples);
    await rollUp(NOON + HOUR_MS);
    await database.admin.query("TRUNCATE gpu_stats");
    await store.insertSamples([gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + 1 })]);
    await rollUp(NOON + HOUR_MS);
    await expectRolledUp(samples);
  });

  test("a late sample of a day whose fine roll-ups were dropped is in the coarse ones", async () => {
    const samples = gpuSampleSeries({ gpus: 1, count: 600, fromMs: NOON, everyMs: 5 * SECOND_MS });
    await store.insertSamples(samples);
    await rollUp(NOON + 2 * HOUR_MS);
    await database.admin.query(
      "TRUNCATE gpu_partitions.gpu_rollup_10s, gpu_partitions.gpu_rollup_1m",
    );
    const late = gpuSample({ gpuUuid: "GPU-0", recordedAtMs: NOON + 7, values: allValues(3) });
    await store.insertSamples([late]);
    await rollUp(NOON + 9 * DAY_MS, NOON + 2 * DAY_MS);
    await expectRolledUp([...samples, late]);
  });

  test("a value that is null throughout has no sum and a count of 0; throttle reasons are bits", async () => {
    const samples = [4, 12, 68].map((throttleReasons, i) =>
      gpuSample({ recordedAtMs: NOON + i * SECOND_MS, values: { throttleReasons } }),
    );
    await store.insertSamples(samples);
    await rollUp(NOON + MINUTE_MS);
    expect(await storedRollUp(database.admin, "1m")).toMatchObject([
      {
        sample_count: 3,
        throttle_reasons_min: 4,
        throttle_reasons_max: 76,
        throttle_reasons_sum: null,
        throttle_reasons_count: 3,
        utilization_min: null,
        utilization_sum: null,
        utilization_count: 0,
      },
    ]);
  });

  test("any samples, in any order, in any batches, with any clock between: as computed plainly", async () => {
    const fromMs = Date.UTC(2026, 4, 1, 23, 50);
    const anySample = fc
      .record({
        gpu: fc.nat(2),
        recordedAtMs: fc.integer({ min: fromMs, max: fromMs + 20 * MINUTE_MS }),
        source: fc.constantFrom<GpuSource>("nvml", "smi", "dcgm", "health"),
        seed: fc.nat(10_000),
        present: fc.subarray([...gpuMetrics]),
      })
      .map(({ gpu, recordedAtMs, source, seed, present }) => {
        const all = allValues(seed);
        const values = Object.fromEntries(present.map((metric) => [metric, all[metric]]));
        return gpuSample({ gpuUuid: `GPU-${gpu}`, gpuIndex: gpu, recordedAtMs, source, values });
      });
    const anyBatch = fc.record({
      samples: fc.array(anySample, { maxLength: 30 }),
      nowMs: fc.integer({ min: fromMs - MINUTE_MS, max: fromMs + 30 * MINUTE_MS }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyBatch, { minLength: 1, maxLength: 6 }), async (batches) => {
        await emptyGpuTables(database.admin);
        for (const { samples, nowMs } of batches) {
          await store.insertSamples(samples);
          await rollUp(nowMs);
        }
        const all = batches.flatMap(({ samples }) => samples);
        await rollUp(fromMs + HOUR_MS);
        await expectRolledUp(all);
        expect((await store.readUpkeep()).oldestChangeMs).toBeNull();
      }),
      { numRuns: 20, endOnFailure: true, interruptAfterTimeLimit: 40_000 },
    );
  });
});
