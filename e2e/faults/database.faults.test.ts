import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { seededRandom } from "@/fixtures/seeded-random";
import { withTestDatabase } from "@/fixtures/test-database";
import { applyMigrations, startEmbeddedDatabase } from "@/server/database";
import { createPrisma } from "@/server/db";
import { createGpuStore } from "@/server/gpu";
import { SampleWriter } from "@/server/gpu/sample-writer";
import { SampleSpool } from "@/server/spool";
import { cleanUpAll, newDataDir, onCleanUp, until } from "../process/portal-process";
import { printFigures } from "./print-figures";
import { missingFrom, readStoredSamples, storedTwice } from "./stored-samples";
import { sampleKey } from "./watch-ticks";

afterEach(cleanUpAll);

const MIB = 1024 * 1024;
const migrations = path.resolve(import.meta.dirname, "../../prisma/migrations");
const quiet = () => undefined;

/** The writer of the portal on a real database, with a spool of its own. */
async function startWriter(databaseUrl: string, isAway: () => boolean = () => false) {
  const prisma = createPrisma(databaseUrl);
  onCleanUp(() => prisma.$disconnect());
  const store = createGpuStore(prisma);
  const spool = await SampleSpool.open({ folder: newDataDir(), maxBytes: 256 * MIB });
  onCleanUp(() => spool.close());
  const writer = new SampleWriter({
    store: {
      insertSamples: (samples) =>
        isAway() ? Promise.reject(new Error("away")) : store.insertSamples(samples),
    },
    spool,
  });
  onCleanUp(() => writer.stop(1_000));
  return writer;
}

const waitingIn = (writer: SampleWriter) => {
  const { queuedSamples, spool } = writer.state();
  return queuedSamples + (spool?.items ?? 0);
};

test("R2: kill -9 of PostgreSQL inside a bulk write", async () => {
  const random = seededRandom();
  const rounds = 5;
  const dataDir = newDataDir();
  const database = await startEmbeddedDatabase({ dataDir, log: quiet });
  onCleanUp(() => database.stop());
  await applyMigrations({ url: database.url, folder: migrations, log: quiet });
  const writer = await startWriter(database.url);
  const sent: GpuSample[] = [];
  const backMs: number[] = [];

  for (let round = 0; round < rounds; round++) {
    const fromMs = Date.now() - 3_600_000 + round * 600_000;
    const samples = gpuSampleSeries({ gpus: 8, count: 2_000, fromMs, everyMs: 100 });
    const writtenBefore = writer.state().writtenSamples;
    writer.push(samples);
    sent.push(...samples);
    const killAfter = random.below(10_000);
    await until("part of it is written", () => {
      return writer.state().writtenSamples >= writtenBefore + killAfter;
    });
    const killed = database.pid();
    process.kill(killed ?? 0, "SIGKILL");
    await until("PostgreSQL runs again", () => ![null, killed].includes(database.pid()));
    const readyMs = performance.now();
    await until("all is stored", () => waitingIn(writer) === 0, 50_000);
    backMs.push(Math.round(performance.now() - readyMs));
  }
  const { failures, spooledSamples, replayedSamples, droppedSamples } = writer.state();
  const stored = await readStoredSamples(database.url);
  printFigures("R2", {
    seed: random.seed,
    rounds,
    sent: sent.length,
    lost: missingFrom(stored, sent.map(sampleKey)).length,
    doubles: storedTwice(stored).length,
    "statements that failed": failures,
    spooled: spooledSamples,
    replayed: replayedSamples,
    "all stored after ready, ms": backMs.join(" "),
  });
  expect(failures).toBeGreaterThanOrEqual(rounds);
  expect(missingFrom(stored, sent.map(sampleKey))).toEqual([]);
  expect(storedTwice(stored)).toEqual([]);
  expect(stored.size).toBe(sent.length);
  expect(droppedSamples).toBe(0);
});

test("R3: two hours away in virtual time, 8 GPUs at 1 Hz", async () => {
  const hours = 2;
  let isAway = true;
  const { url } = await withTestDatabase();
  const writer = await startWriter(url, () => isAway);
  const fromMs = Date.now() - hours * 3_600_000;
  const rssBefore = process.memoryUsage().rss;
  const sent: string[] = [];
  let mostQueued = 0;
  for (let second = 0; second < hours * 3_600; second++) {
    const at = fromMs + second * 1_000;
    const tick = gpuSampleSeries({ gpus: 8, count: 1, fromMs: at, everyMs: 1_000 });
    writer.push(tick);
    await writer.flush();
    sent.push(...tick.map(sampleKey));
    mostQueued = Math.max(mostQueued, writer.state().queuedSamples);
  }
  const rssAway = process.memoryUsage().rss;
  const spooled = writer.state().spool;
  isAway = false;
  const backMs = performance.now();
  // New samples go on meanwhile.
  const live = gpuSampleSeries({ gpus: 8, count: 20, fromMs: Date.now(), everyMs: 100 });
  for (let i = 0; i < live.length; i += 8) {
    writer.push(live.slice(i, i + 8));
    await sleep(50);
  }
  await until("all is replayed", () => waitingIn(writer) === 0, 150_000);
  const caughtUpMs = performance.now() - backMs;
  const stored = await readStoredSamples(url);
  const { replayedSamples, droppedSamples, duplicateSamples } = writer.state();
  printFigures("R3, 2 h", {
    sent: sent.length,
    "on disk MiB": ((spooled?.bytes ?? 0) / MIB).toFixed(1),
    "most in memory": mostQueued,
    "RSS + MiB": ((rssAway - rssBefore) / MIB).toFixed(1),
    replayed: replayedSamples,
    lost: missingFrom(stored, sent).length,
    duplicates: duplicateSamples,
    "caught up ms": Math.round(caughtUpMs),
  });
  expect(sent).toHaveLength(57_600);
  expect(spooled?.items).toBe(57_600);
  expect(missingFrom(stored, sent)).toEqual([]);
  expect(missingFrom(stored, live.map(sampleKey))).toEqual([]);
  expect(stored.size).toBe(57_600 + live.length);
  expect(droppedSamples).toBe(0);
  expect(mostQueued).toBeLessThan(1_000);
});
