import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { emptyReading, type GpuSample, type GpuValues } from "@/domain/gpu/gpu-sample";
import { encodeMissing } from "@/domain/gpu/missing-code";
import { storableSample } from "@/domain/gpu/storable-sample";
import type { PrismaClient } from "@/prisma/generated/client";
import { applyMigrations, startEmbeddedDatabase } from "@/server/database";
import { createPrisma } from "@/server/db";
import { createGpuStore } from "@/server/gpu";
import { SampleWriter } from "@/server/gpu/sample-writer";
import { alternate, type Benchmark, median } from "./benchmark";
import { CopyStatement, copyLine } from "./ingest-copy";

const SAMPLES = 100_000;
const GPUS = 8;
const BATCH = 1_000;
const ROUNDS = 5;
const START_MS = Date.UTC(2026, 4, 1, 6);
const root = path.resolve(import.meta.dirname, "..");

/** What a driver gives: whole percents and MHz, watts and joules to the thousandth; three values it does not have. */
function valuesOf(i: number, gpu: number): GpuValues {
  const wave = (period: number, most: number) =>
    Math.round(((i + gpu * 37) % period) * (most / period));
  return {
    ...emptyReading("not_supported").values,
    utilizationPercent: wave(97, 100),
    memoryUsedMib: 20_000 + wave(9_973, 20_000),
    memoryTotalMib: 81_559,
    temperatureCelsius: 40 + wave(301, 40),
    powerWatts: (90_000 + wave(7_919, 200_000) + (i % 7)) / 1_000,
    fanSpeedPercent: 30 + wave(503, 40),
    smClockMhz: 210 + wave(211, 1_770),
    memoryBandwidthPercent: wave(89, 100),
    performanceState: i % 3 === 0 ? 0 : 2,
    throttleReasons: i % 11 === 0 ? 4 : 0,
    powerLimitWatts: 350,
    smClockMaxMhz: 1_980,
    computeProcessesCount: i % 5,
    pcieReplayCounter: 0,
    slowdownTemperatureCelsius: 95,
    memoryClockMhz: 2_619,
    memoryClockMaxMhz: 2_619,
    pcieLinkGeneration: 5,
    pcieLinkWidth: 16,
    pcieTransmitKbPerSecond: wave(5_003, 900_000),
    pcieReceiveKbPerSecond: wave(4_001, 700_000),
    encoderUtilizationPercent: 0,
    decoderUtilizationPercent: 0,
    bar1UsedMib: 12,
    energyJoules: 1_000_000 + i * 123.456,
    eccCorrectedCount: 0,
    eccUncorrectedCount: 0,
    xidCode: 0,
  };
}

function makeSamples(): GpuSample[] {
  const { missing } = emptyReading("not_supported");
  return Array.from({ length: SAMPLES }, (_, n): GpuSample => {
    const gpu = n % GPUS;
    const values = valuesOf(Math.floor(n / GPUS), gpu);
    const nulls = gpuMetrics.filter((metric) => values[metric] === null);
    return {
      gpuUuid: `GPU-bench-${gpu}`,
      gpuIndex: gpu,
      host: "bench",
      gpuName: "NVIDIA H100 80GB HBM3",
      vendor: "nvidia",
      memoryKind: "dedicated",
      parentUuid: null,
      migProfile: null,
      recordedAtMs: START_MS + Math.floor(n / GPUS) * 1_000,
      source: "nvml",
      values,
      missing: Object.fromEntries(nulls.map((metric) => [metric, missing[metric]])),
    };
  });
}

function batches(samples: readonly GpuSample[]): GpuSample[][] {
  const count = Math.ceil(samples.length / BATCH);
  return Array.from({ length: count }, (_, i) => samples.slice(i * BATCH, (i + 1) * BATCH));
}

interface Sides {
  prisma: PrismaClient;
  client: pg.Client;
  samples: readonly GpuSample[];
}

async function deviceIds(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: number; uuid: string }>(
    "SELECT id, uuid FROM gpu_devices",
  );
  return new Map(rows.map(({ id, uuid }) => [uuid, id]));
}

async function throughCreateMany({ prisma, client, samples }: Sides): Promise<void> {
  const ids = await deviceIds(client);
  for (const batch of batches(samples)) {
    const data = batch.map(({ gpuUuid, recordedAtMs, source, values, missing }) => ({
      deviceId: ids.get(gpuUuid) ?? 0,
      recordedAt: new Date(recordedAtMs),
      source,
      missing: encodeMissing(missing),
      ...values,
    }));
    await prisma.gpuStat.createMany({ data });
  }
}

async function throughCopy({ client, samples }: Sides): Promise<void> {
  const ids = await deviceIds(client);
  for (const batch of batches(samples)) {
    const lines = batch.map((sample) => copyLine(sample, ids.get(sample.gpuUuid) ?? 0));
    await new CopyStatement(lines.join("")).run(client);
  }
}

/** As the portal does it: checked, queued, written in statements of 1,000 while more come in. */
async function throughWriter({ prisma, samples }: Sides): Promise<SampleWriter> {
  const writer = new SampleWriter({ store: createGpuStore(prisma), maxQueuedSamples: 2 * SAMPLES });
  for (const batch of batches(samples)) {
    writer.push(batch.map(storableSample));
    await setImmediate();
  }
  await writer.flush();
  return writer;
}

/** How many rows there are, and one number that changes with any value of any of them. */
async function contents(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ contents: string }>(
    "SELECT count(*) || ' rows, ' || sum(hashtextextended(s::text, 0)) AS contents FROM gpu_stats s",
  );
  return rows[0]?.contents ?? "nothing";
}

async function measure(sides: Sides, way: (sides: Sides) => Promise<unknown>, expected: string) {
  const { client } = sides;
  await client.query("TRUNCATE gpu_stats, gpu_partitions.gpu_changes");
  await client.query("CHECKPOINT");
  const start = performance.now();
  await way(sides);
  const rowsPerSecond = SAMPLES / ((performance.now() - start) / 1_000);
  const found = await contents(client);
  if (found !== expected) throw new Error(`Stored ${found} instead of ${expected}.`);
  return rowsPerSecond;
}

async function compare(sides: Sides) {
  // The devices and the partition are there before, as in a portal that runs.
  await throughWriter(sides);
  const expected = await contents(sides.client);
  const rounds = async (peer: (sides: Sides) => Promise<unknown>) => {
    const results = await alternate({
      rounds: ROUNDS,
      peer: () => measure(sides, peer, expected),
      ours: () => measure(sides, throughWriter, expected),
    });
    return { peer: median(results.peer), ours: median(results.ours) };
  };
  const copy = await rounds(throughCopy);
  const createMany = await rounds(throughCreateMany);
  const again = await throughWriter(sides);
  const { writtenSamples, duplicateSamples } = again.state();
  if (
    writtenSamples !== 0 ||
    duplicateSamples !== SAMPLES ||
    (await contents(sides.client)) !== expected
  )
    throw new Error(`A second pass stored ${writtenSamples} samples.`);
  return { copy, createMany, expected };
}

async function run() {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sightline-bench-"));
  chmodSync(dataDir, 0o755); // the database may run as another user, who must pass through here
  const database = await startEmbeddedDatabase({ dataDir, log: () => undefined });
  const folder = path.join(root, "prisma", "migrations");
  await applyMigrations({ url: database.url, folder, log: () => undefined });
  const prisma = createPrisma(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { copy, createMany, expected } = await compare({
      prisma,
      client,
      samples: makeSamples(),
    });
    return {
      peer: "Prisma's createMany, and COPY of pg, each with 1,000 rows a statement",
      rounds: ROUNDS,
      rows: [
        { what: "against createMany", unit: "rows/s", ...createMany, goal: ">= 25" as const },
        { what: "against COPY", unit: "rows/s", ...copy, goal: ">= 0.8" as const },
      ],
      checks: [
        `Each round left the same ${expected} (hash of all columns) in gpu_stats.`,
        "A second pass of the same samples added no row.",
      ],
      notes: [
        "One connection each; the same table with its 32 checks and both indexes; fsync on.",
        "Ours checks each sample, looks devices up, skips what is there already and notes what the roll-ups have to do; the peers do none of that.",
      ],
    };
  } finally {
    await client.end();
    await prisma.$disconnect();
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const ingest: Benchmark = {
  name: "P1",
  title: "Ingest: 100,000 samples into gpu_stats",
  run,
};
