import { Registry } from "@prometheus-io/client";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createGpuFeature, createGpuStore, type GpuFeature } from "@/server/gpu";
import type { RetentionDays } from "./clean-up";
import { readHistory } from "./read-history";

const LONG = { timeout: 20_000, interval: 20 };
const DAY_MS = 86_400_000;

const database = useGpuDatabase();

beforeEach(() => database.admin.query("TRUNCATE gpu_stats, gpu_devices"));

function portal(given: { retentionDays?: RetentionDays } = {}): GpuFeature {
  return createGpuFeature({
    ...given,
    store: createGpuStore(database.prisma),
    settings: { pollIntervalMs: 200, historyMinutes: 60 },
    logger: { info: vi.fn(), warn: vi.fn() },
    registry: new Registry(Registry.OPENMETRICS_CONTENT_TYPE),
  });
}

describe("two portals, one database", () => {
  test("what one polls, the other shows and ticks", async () => {
    const poller = portal();
    const follower = portal();
    const ticks: GpuTick[] = [];
    follower.onTick((tick) => ticks.push(tick));
    follower.follow(true);
    const fromMs = Date.now();
    for (let i = 0; i < 5; i++)
      poller.acceptSamples(gpuSampleSeries({ gpus: 2, count: 1, fromMs: fromMs + i, everyMs: 1 }));
    await vi.waitFor(() => expect(ticks.flatMap((tick) => tick.samples)).toHaveLength(10), LONG);
    expect(follower.fleet().gpus).toEqual(poller.fleet().gpus);
    await poller.stop();
    await follower.stop();
  });
});

describe("restart", () => {
  test("the last values are there at once, and history answers the same samples with an empty memory", async () => {
    const before = portal();
    const fromMs = Date.now() - 20_000;
    const samples = gpuSampleSeries({ gpus: 2, count: 10, fromMs, everyMs: 1_000 });
    before.acceptSamples(samples);
    await before.stop();

    const after = portal();
    await vi.waitFor(() => expect(after.fleet().gpus).toHaveLength(2), LONG);
    expect(after.fleet().gpus.map(({ sample }) => sample)).toEqual(samples.slice(-2));
    expect(after.fleet().gpus.every(({ stale }) => stale)).toBe(true);
    const history = await readHistory(after.context, {
      gpuUuids: ["GPU-1"],
      metrics: ["utilizationPercent"],
      fromMs,
      toMs: fromMs + 60_000,
      stepMs: null,
    });
    const ofGpu1 = samples.filter((sample) => sample.gpuUuid === "GPU-1");
    expect(history).toMatchObject({ stale: false, simulated: false, truncated: false });
    expect(history.series[0]).toMatchObject({
      timesMs: ofGpu1.map((sample) => sample.recordedAtMs),
      mean: { utilizationPercent: ofGpu1.map((sample) => sample.values.utilizationPercent) },
    });
    await after.stop();
  });
});

describe("upkeep of partitions", () => {
  test("today and tomorrow are there, what is past the retention is gone", async () => {
    const now = Date.now();
    const store = createGpuStore(database.prisma);
    await store.insertSamples([
      gpuSample({ recordedAtMs: now - 33 * DAY_MS }),
      gpuSample({ recordedAtMs: now - 29 * DAY_MS }),
    ]);
    const feature = portal({ retentionDays: { raw: 30, "10s": 30, "1m": 90, "1h": 400 } });
    const controller = new AbortController();
    const job = feature.maintainPartitions(controller.signal);
    const dayOf = (timeMs: number) =>
      new Date(timeMs).toISOString().slice(0, 10).replaceAll("-", "");
    await vi.waitFor(async () => {
      // The day that is over may be sealed already.
      const { rows } = await database.admin.query<{ day: string }>(
        `SELECT right(inhrelid::regclass::text, 8) AS day FROM pg_inherits
         WHERE inhparent IN ('gpu_stats'::regclass, 'gpu_partitions.gpu_hours'::regclass) ORDER BY 1`,
      );
      expect(rows.map((row) => row.day)).toEqual([
        dayOf(now - 29 * DAY_MS),
        dayOf(now),
        dayOf(now + DAY_MS),
      ]);
    }, LONG);
    controller.abort();
    await job;
    await feature.stop();
  });
});
