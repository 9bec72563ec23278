import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { SampleSpool } from "./sample-spool";
import { Spool } from "./spool";
import { decodeSpooledSamples, encodeSpooledSamples } from "./spooled-samples";

const NOON = Date.UTC(2026, 4, 1, 12);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-samples-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const series = (count: number) => gpuSampleSeries({ gpus: 8, count, fromMs: NOON, everyMs: 1_000 });

/** Every field differs from its default. */
const special: GpuSample[] = [
  gpuSample({ gpuUuid: "MIG-1", parentUuid: "GPU-9", migProfile: "1g.10gb", host: "h-ö" }),
  gpuSample({ gpuName: null, vendor: null, memoryKind: "unified", source: "simulated" }),
  gpuSample({ values: { utilizationPercent: 0, powerWatts: 71.35, energyJoules: 1e15 } }),
];

test("samples come back as they were", () => {
  const samples = [...series(3), ...special];
  expect(decodeSpooledSamples(encodeSpooledSamples(samples))).toEqual(samples);
});

test("they are small: also a single tick of eight GPUs", () => {
  expect(encodeSpooledSamples(series(125)).length / 1_000).toBeLessThan(160);
  expect(encodeSpooledSamples(series(1)).length).toBeLessThan(3_000);
});

test("another version, a broken body and a sample that is none are told apart from samples", () => {
  const bytes = encodeSpooledSamples(series(1));
  expect(decodeSpooledSamples(Buffer.from([9, ...bytes.subarray(1)]))).toBeNull();
  expect(decodeSpooledSamples(bytes.subarray(0, 40))).toBeNull();
  expect(decodeSpooledSamples(Buffer.alloc(0))).toBeNull();
  const bad = { ...gpuSample(), source: "telepathy" } as unknown as GpuSample;
  expect(decodeSpooledSamples(encodeSpooledSamples([bad, gpuSample()]))).toEqual([gpuSample()]);
});

test("in batches, in order, until they are said to be stored", async () => {
  const samples = series(10);
  const first = await SampleSpool.open({ folder, maxBytes: 1e6 });
  for (let i = 0; i < samples.length; i += 8) await first.append(samples.slice(i, i + 8));
  await first.advance((await first.read(16))!);
  expect(first.state()).toMatchObject({ items: 64, records: 8 });
  await first.close();

  const second = await SampleSpool.open({ folder, maxBytes: 1e6 });
  const rest: GpuSample[] = [];
  for (let next = await second.read(24); next; next = await second.read(24)) {
    rest.push(...next.samples);
    await second.advance(next);
  }
  expect(rest).toEqual(samples.slice(16));
  await second.close();
});

test("whole records that cannot be read are counted and passed over", async () => {
  const raw = await Spool.open({ folder, maxBytes: 1e6 });
  await raw.append(Buffer.from([99, 1, 2, 3]), 5);
  await raw.close();
  const spool = await SampleSpool.open({ folder, maxBytes: 1e6 });
  await spool.append([gpuSample()]);
  const read = await spool.read(100);
  expect(read?.samples).toEqual([gpuSample()]);
  await spool.advance(read!);
  expect(spool.state()).toMatchObject({ unreadableItems: 5, items: 0 });
  await spool.close();
});
