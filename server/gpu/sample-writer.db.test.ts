import { createHash } from "node:crypto";
import pg from "pg";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createGpuStore, type GpuStore } from "./gpu-store";
import { SampleWriter } from "./sample-writer";

const NOON = Date.UTC(2026, 4, 1, 12);
const DAY_MS = 86_400_000;
const LONG = { timeout: 30_000, interval: 20 };

const database = useGpuDatabase();
let store: GpuStore;

beforeEach(async () => {
  await database.admin.query("TRUNCATE gpu_stats, gpu_devices");
  store = createGpuStore(database.prisma);
});

async function killConnections(): Promise<number> {
  const { rowCount } = await database.admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'sightline'`,
  );
  return rowCount ?? 0;
}

const keyOf = (sample: GpuSample) => `${sample.gpuUuid} ${sample.recordedAtMs}`;
const isWhole = (samples: readonly GpuSample[]) =>
  new Set(samples.map(keyOf)).size === samples.length;

function checksum(samples: readonly GpuSample[]): string {
  const lines = samples.map((sample) => {
    const values = gpuMetrics.map((metric) => sample.values[metric] ?? sample.missing[metric]);
    return [keyOf(sample), sample.source, sample.gpuIndex, sample.gpuName, ...values].join(" ");
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

async function stored(samples: readonly GpuSample[]): Promise<GpuSample[]> {
  const uuids = [...new Set(samples.map((sample) => sample.gpuUuid))];
  const answers = await Promise.all(
    uuids.map((uuid) => store.readNewest({ gpu: { uuid }, sinceMs: null, limit: 20_000 })),
  );
  return answers.flatMap((answer) => answer.samples);
}

describe("SampleWriter with Postgres", () => {
  test("10,000 samples over midnight: the checksum of what is stored is that of what came", async () => {
    const fromMs = Date.UTC(2026, 4, 2) - 600_000;
    const samples = gpuSampleSeries({ gpus: 8, count: 1_250, fromMs, everyMs: 1_000 });
    const writer = new SampleWriter({ store });
    writer.push(samples);
    expect(await writer.stop(30_000)).toBe(0);
    expect(checksum(await stored(samples))).toBe(checksum(samples));
    expect(writer.state()).toMatchObject({ writtenSamples: 10_000, duplicateSamples: 0 });

    const second = new SampleWriter({ store });
    second.push(samples);
    expect(await second.stop(30_000)).toBe(0);
    expect(second.state()).toMatchObject({ writtenSamples: 0, duplicateSamples: 10_000 });
  });

  test("connections killed again and again in the middle of writing: nothing lost, nothing doubled", async () => {
    const samples = gpuSampleSeries({ gpus: 8, count: 1_000, fromMs: NOON, everyMs: 100 });
    const writer = new SampleWriter({ store });
    let killed = 0;
    for (let i = 0; i < samples.length; i += 80) {
      writer.push(samples.slice(i, i + 80));
      if (i % 400 === 0) killed += await killConnections();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(killed).toBeGreaterThan(0);
    await vi.waitFor(() => expect(writer.state().queuedSamples).toBe(0), LONG);
    expect(writer.state().failures).toBeGreaterThan(0);
    const found = await stored(samples);
    expect(isWhole(found)).toBe(true);
    expect(checksum(found)).toBe(checksum(samples));
    const { writtenSamples, duplicateSamples, droppedSamples, refusedSamples } = writer.state();
    expect(writtenSamples + duplicateSamples).toBe(samples.length);
    expect([droppedSamples, refusedSamples]).toEqual([0, 0]);
  });

  test("a killed connection while the statement waits: it is sent again", async () => {
    const samples = gpuSampleSeries({ gpus: 1, count: 5, fromMs: NOON, everyMs: 1_000 });
    await store.ensurePartitions([NOON]);
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    await locker.query("BEGIN; LOCK TABLE gpu_stats IN ACCESS EXCLUSIVE MODE");
    const writer = new SampleWriter({ store });
    writer.push(samples);
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'sightline' AND wait_event_type = 'Lock' AND datname = current_database()";
    await vi.waitFor(
      async () => expect((await database.admin.query(waiting)).rowCount).toBe(1),
      LONG,
    );
    await killConnections();
    await locker.end();
    await vi.waitFor(() => expect(writer.state().writtenSamples).toBe(5), LONG);
    expect(await stored(samples)).toEqual(samples);
  });

  test("a read-only database keeps the samples waiting, with its reason", async () => {
    const name = new URL(database.url).pathname.slice(1);
    const readOnly = (value: "on" | "off") =>
      database.admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`);
    const problems: unknown[] = [];
    const writer = new SampleWriter({ store, onStateChange: (error) => problems.push(error) });
    try {
      await readOnly("on");
      await killConnections();
      writer.push([gpuSample()]);
      await vi.waitFor(() => expect(problems.at(-1)).toMatchObject({ code: "25006" }), LONG);
      expect(writer.state().queuedSamples).toBe(1);
    } finally {
      await readOnly("off");
    }
    await killConnections();
    await vi.waitFor(() => expect(writer.state().writtenSamples).toBe(1), LONG);
  });

  test("one refused sample among 500 leaves the others in", async () => {
    const samples = gpuSampleSeries({ gpus: 5, count: 100, fromMs: NOON, everyMs: 1_000 });
    const bad = gpuSample({ gpuUuid: "bad", values: { utilizationPercent: 100.5 } });
    const writer = new SampleWriter({ store });
    writer.push([...samples.slice(0, 123), bad, ...samples.slice(123)]);
    expect(await writer.stop(30_000)).toBe(0);
    expect(writer.state()).toMatchObject({ writtenSamples: 500, refusedSamples: 1 });
    expect(checksum(await stored(samples))).toBe(checksum(samples));
  });

  test("clock steps of half a minute and of an hour store each reading once", async () => {
    const steps = [0, -30_000, 30_000, -3_600_000, 3_600_000, 7_200_000];
    const samples = steps.flatMap((step, i) =>
      gpuSampleSeries({ gpus: 1, count: 60, fromMs: NOON + step + i * 60_000 + i, everyMs: 1_000 }),
    );
    const writer = new SampleWriter({ store });
    writer.push(samples);
    expect(await writer.stop(30_000)).toBe(0);
    const distinct = new Map(samples.map((sample) => [keyOf(sample), sample]));
    expect((await stored(samples)).map(keyOf).sort()).toEqual([...distinct.keys()].sort());
    const { series } = await store.readHistory({
      gpuUuids: ["GPU-0"],
      metrics: ["powerWatts"],
      fromMs: NOON - DAY_MS / 2,
      toMs: NOON + DAY_MS / 2,
      stepMs: 10_000,
    });
    const counts = series[0]?.counts ?? [];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(distinct.size);
    expect(new Set(series[0]?.timesMs).size).toBe(counts.length);
  });
});
