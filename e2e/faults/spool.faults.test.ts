import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { seededRandom } from "@/fixtures/seeded-random";
import { SampleSpool } from "@/server/spool";
import { listSegments } from "@/server/spool/segment-files";
import { findRecord } from "@/server/spool/record-format";
import { cleanUpAll, newDataDir, onCleanUp } from "../process/portal-process";
import { printFigures } from "./print-figures";
import { sampleKey } from "./watch-ticks";

afterEach(cleanUpAll);

const MIB = 1024 * 1024;
const FROM_MS = Date.UTC(2026, 4, 1, 12);
const GPUS = 8;

async function openSpool(folder: string, maxBytes = 256 * MIB): Promise<SampleSpool> {
  const spool = await SampleSpool.open({ folder, maxBytes });
  onCleanUp(() => spool.close());
  return spool;
}

const ticks = (count: number, fromTick = 0) =>
  Array.from({ length: count }, (_, i) =>
    gpuSampleSeries({
      gpus: GPUS,
      count: 1,
      fromMs: FROM_MS + (fromTick + i) * 1_000,
      everyMs: 1_000,
    }),
  );

async function drain(spool: SampleSpool): Promise<GpuSample[]> {
  const samples: GpuSample[] = [];
  for (let next = await spool.read(1_000); next; next = await spool.read(1_000)) {
    samples.push(...next.samples);
    await spool.advance(next);
  }
  return samples;
}

describe("R5: the spool", () => {
  test("1,000 random bit flips and a torn last record", async () => {
    const random = seededRandom();
    const folder = newDataDir();
    const first = await openSpool(folder);
    const written = ticks(3_000);
    for (const tick of written) await first.append(tick);
    await first.close();

    const damaged = new Set<number>();
    const files = listSegments(folder).map(({ file }) => ({ file, bytes: readFileSync(file) }));
    for (const { bytes } of files) {
      const at = placesOf(bytes);
      for (let flips = 0; flips < 1_000 / files.length; flips++) {
        const offset = random.below(bytes.length);
        bytes[offset] = bytes[offset]! ^ (1 << random.below(8));
        damaged.add(at[offset]!);
      }
    }
    const last = files.at(-1)!;
    last.bytes = last.bytes.subarray(0, last.bytes.length - 1 - random.below(40));
    damaged.add(written.length - 1);
    for (const { file, bytes } of files) writeFileSync(file, bytes);

    const second = await openSpool(folder);
    const read = await drain(second);
    const { corruptRecords, tornTails, corruptItems } = second.state();
    printFigures("R5, bit flips", {
      seed: random.seed,
      records: written.length,
      damaged: damaged.size,
      "counted corrupt": corruptRecords,
      torn: tornTails,
      "samples read": read.length,
    });
    expect(read).toEqual(written.filter((_, i) => !damaged.has(i)).flat());
    // Damaged ones right before the torn end cannot be told from it.
    const atTheEnd = trailing(damaged, written.length);
    expect(corruptRecords).toBe(damaged.size - atTheEnd);
    expect(corruptItems).toBe(GPUS * corruptRecords);
    expect(tornTails).toBe(1);
  });

  test("a full disk: what was acknowledged stays, and it goes on when there is room", async (context) => {
    const folder = newDataDir();
    if (!mountSmallDisk(folder)) context.skip("mounting a small disk is not allowed here");
    const spool = await openSpool(folder, 64 * MIB);
    const acknowledged: GpuSample[] = [];
    let failures = 0;
    for (const [i, tick] of ticks(20_000).entries()) {
      try {
        await spool.append(tick);
        acknowledged.push(...tick);
      } catch (error) {
        failures++;
        expect(error).toMatchObject({ code: "ENOSPC" });
        if (failures > 5) break;
      }
      if (i === 19_999) throw new Error("the disk never became full");
    }
    expect(spool.state().failure).toBe("ENOSPC");
    const next = await spool.read(1_000);
    await spool.advance(next!);
    const rest = await drain(spool); // which makes room
    const more = ticks(50, 30_000);
    for (const tick of more) await spool.append(tick);
    expect(spool.state().failure).toBeNull();
    const read = [...next!.samples, ...rest, ...(await drain(spool))];
    printFigures("R5, full disk of 1 MiB", {
      acknowledged: acknowledged.length,
      "appends that failed": failures,
      read: read.length,
    });
    expect(read.map(sampleKey)).toEqual([...acknowledged, ...more.flat()].map(sampleKey));
  });

  test("at the cap the oldest go, are counted, and the newest stay", async () => {
    const spool = await openSpool(newDataDir(), MIB);
    const written = ticks(2_500);
    for (const tick of written) {
      await spool.append(tick);
      expect(spool.state().bytes).toBeLessThanOrEqual(MIB);
    }
    const { droppedItems, items, bytes } = spool.state();
    const read = await drain(spool);
    printFigures("R5, cap of 1 MiB", {
      written: written.length * GPUS,
      dropped: droppedItems,
      kept: read.length,
      "bytes a sample": (bytes / items).toFixed(1),
    });
    expect(droppedItems).toBeGreaterThan(0);
    expect(read).toEqual(written.flat().slice(droppedItems));
  });

  test("two processes on one spool: the second refuses; kill -9 of the first frees it", async () => {
    const folder = newDataDir();
    const script = path.resolve(import.meta.dirname, "../../fixtures/spool-child.ts");
    const first = spawn(process.execPath, ["--import", "tsx", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onCleanUp(() => first.kill("SIGKILL"));
    await new Promise((resolve) => first.stdout.once("data", resolve));
    await expect(openSpool(folder)).rejects.toThrow(
      `Another process (${first.pid}) already uses the spool ${folder}: stop it`,
    );
    const ended = new Promise((resolve) => first.once("exit", resolve));
    first.kill("SIGKILL");
    await ended;
    const second = await openSpool(folder);
    expect(second.state()).toMatchObject({ records: 1, tornTails: 0 });
  });
});

/** The number of the record that each byte belongs to. */
function placesOf(bytes: Buffer): Uint32Array {
  const places = new Uint32Array(bytes.length);
  let fromOffset = 0;
  for (let found = findRecord(bytes, 0); found; found = findRecord(bytes, fromOffset)) {
    places.fill(found.position.record, fromOffset, found.endOffset);
    fromOffset = found.endOffset;
  }
  return places;
}

/** How many of the last records are damaged without a whole one behind them. */
function trailing(damaged: ReadonlySet<number>, records: number): number {
  let count = 0;
  while (damaged.has(records - 1 - count)) count++;
  return count;
}

function mountSmallDisk(folder: string): boolean {
  try {
    const args = ["-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", folder];
    execFileSync("mount", args, { stdio: "ignore" });
  } catch {
    return false;
  }
  onCleanUp(() => execFileSync("umount", [folder]));
  return true;
}
