import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { MAX_BATCH_BYTES, MAX_BATCH_SAMPLES } from "@/domain/ingest/sample-batch";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { SampleQueue } from "./sample-queue";

let folder: string;
let queues: SampleQueue[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-queue-"));
  queues = [];
});
afterEach(async () => {
  for (const queue of queues) await queue.close();
  rmSync(folder, { recursive: true });
});

async function open(options: { maxBytes?: number; samplesLog?: string } = {}) {
  const queue = await SampleQueue.open({
    folder: path.join(folder, "spool"),
    maxBytes: options.maxBytes ?? 64 * 1024 * 1024,
    samplesLog: options.samplesLog ?? null,
  });
  queues.push(queue);
  return queue;
}
const series = (count: number, gpus = 1) =>
  gpuSampleSeries({ gpus, count, fromMs: 1_000_000, everyMs: 1_000 });

async function drain(queue: SampleQueue) {
  const batches = [];
  for (let next = await queue.next(); next; next = await queue.next()) {
    batches.push(next.samples);
    await next.done();
  }
  return batches;
}

test("what was appended comes out once, in order, in batches that a portal takes", async () => {
  const queue = await open();
  const samples = series(300, 5);
  for (let at = 0; at < samples.length; at += 5) await queue.append(samples.slice(at, at + 5));
  expect(queue.state()).toMatchObject({ samples: 1_500, isDiskFailing: false });
  const batches = await drain(queue);
  expect(batches.flat()).toEqual(samples);
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(MAX_BATCH_SAMPLES);
    expect(JSON.stringify(batch).length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  }
  expect(queue.state()).toEqual({
    samples: 0,
    oldestMs: null,
    dropped: 0,
    isDiskFailing: false,
  });
});

test("what was not done with comes again, also after an end without a goodbye", async () => {
  const queue = await open();
  await queue.append(series(3));
  const first = await queue.next();
  expect(first?.samples).toHaveLength(3);
  expect((await queue.next())?.samples).toEqual(first?.samples);
  await queue.close(); // as an end does: nothing is written at the close
  const again = await open();
  expect(again.state()).toMatchObject({ samples: 3, oldestMs: 1_000_000 });
  expect((await drain(again)).flat()).toEqual(first?.samples);
  expect(await again.next()).toBeNull();
});

test("at the cap the oldest go, and are counted", async () => {
  const queue = await open({ maxBytes: 256 * 1024 });
  const samples = series(20_000);
  for (let at = 0; at < samples.length; at += 200) await queue.append(samples.slice(at, at + 200));
  const { samples: left, dropped } = queue.state();
  expect(dropped).toBeGreaterThan(0);
  expect(left + dropped).toBe(20_000);
  expect((await drain(queue)).flat()).toEqual(samples.slice(dropped));
});

test("samples whose text is long go in smaller batches", async () => {
  const queue = await open();
  const long = gpuSample({ gpuName: "\u20ac".repeat(255), host: "h".repeat(253) });
  const samples = Array.from({ length: 448 }, (_, i) => ({ ...long, recordedAtMs: i }));
  await queue.append(samples);
  const batches = await drain(queue);
  expect(batches.flat()).toEqual(samples);
  for (const batch of batches)
    expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(MAX_BATCH_BYTES);
});

test("while the disk takes nothing samples wait in memory, and are put on disk with the next ones", async () => {
  const queue = await open();
  const [first, second] = [series(2), series(4).slice(2)];
  const spool = path.join(folder, "spool");
  rmSync(spool, { recursive: true });
  await queue.append(first);
  expect(queue.state()).toMatchObject({ samples: 2, isDiskFailing: true });
  expect((await queue.next())?.samples).toEqual(first);
  mkdirSync(spool);
  await queue.append(second);
  expect(queue.state()).toMatchObject({ samples: 4, isDiskFailing: false });
  expect((await drain(queue)).flat()).toEqual([...first, ...second]);
});

test("a second agent on the same folder does not start", async () => {
  await open();
  await expect(open()).rejects.toThrow(/already uses the spool/);
});

test("the samples log holds every sample before it is sent", async () => {
  const samplesLog = path.join(folder, "samples.jsonl");
  const queue = await open({ samplesLog });
  const samples = series(2, 3);
  await queue.append(samples);
  await queue.next();
  const lines = readFileSync(samplesLog, "utf8").trim().split("\n");
  const logged = lines.map((line) => JSON.parse(line) as GpuSample);
  const byKey = new Map(logged.map((one) => [`${one.gpuUuid} ${one.recordedAtMs}`, one]));
  expect([...byKey.values()]).toEqual(samples);
});
