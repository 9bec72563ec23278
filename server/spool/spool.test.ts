import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { findRecord, RECORD_HEADER_BYTES } from "./record-format";
import { Spool, type SpoolOptions } from "./spool";

const MIB = 1024 * 1024;
let folder: string;
const print = (text: string) => process.stdout.write(`${text}\n`);
const opened: Spool[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-spool-"));
});
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

type WriteArguments = [bytes: Buffer, from: number, length: number, position: number];

async function openSpool(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await Spool.open({ folder, maxBytes: 16 * MIB, ...options });
  opened.push(spool);
  return spool;
}

/** As after kill -9: nothing is closed (until the test is over), and another one opens it. */
async function reopen(_killed: Spool, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  rmSync(path.join(folder, "spool.lock"));
  return openSpool(options);
}

const payload = (i: number, size = 40) => Buffer.from(`record ${i} `.padEnd(size, "·"));

async function appendAll(spool: Spool, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await spool.append(payload(i), 2);
}

function numbersIn(payloads: readonly Buffer[]): number[] {
  return payloads.map((one) => Number(/^record (\d+) /.exec(one.toString())?.[1]));
}

/** Everything that is left, in batches of `maxItems`. */
async function drain(spool: Spool, maxItems = 7): Promise<number[]> {
  const numbers: number[] = [];
  for (let read = await spool.read(maxItems); read; read = await spool.read(maxItems)) {
    numbers.push(...numbersIn(read.payloads));
    await spool.advance(read);
  }
  return numbers;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const segmentFiles = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".spool1"))
    .map((name) => path.join(folder, name));

describe("a queue on disk", () => {
  test("gives everything back once, in order, and then takes no room", async () => {
    const spool = await openSpool();
    await appendAll(spool, 0, 100);
    expect(spool.state()).toMatchObject({ records: 100, items: 200 });
    expect(await drain(spool)).toEqual(range(0, 100));
    expect(await spool.read(1)).toBeNull();
    expect(spool.state()).toMatchObject({ bytes: 0, records: 0, items: 0, corruptRecords: 0 });
    expect(segmentFiles()).toEqual([]);
  });

  test("what was read and not said to be done comes again", async () => {
    const spool = await openSpool();
    await appendAll(spool, 0, 10);
    const first = await spool.read(4);
    expect(numbersIn(first!.payloads)).toEqual([0, 1]);
    expect(numbersIn((await spool.read(4))!.payloads)).toEqual([0, 1]);
    await spool.advance(first!);
    expect(numbersIn((await spool.read(4))!.payloads)).toEqual([2, 3]);
  });

  test("new records come after those that are being read", async () => {
    const spool = await openSpool();
    await appendAll(spool, 0, 5);
    const read = await spool.read(4);
    await appendAll(spool, 5, 8);
    await spool.advance(read!);
    expect(await drain(spool)).toEqual(range(2, 8));
    await appendAll(spool, 8, 9);
    expect(await drain(spool)).toEqual([8]);
  });

  test("kill -9 at any moment: resumes without a gap or a double", async () => {
    const random = seededRandom();
    print(`seed ${random.seed}`);
    let spool = await openSpool({ segmentBytes: 2_000 });
    const seen: number[] = [];
    let appended = 0;
    for (let cycle = 0; cycle < 60; cycle++) {
      const count = random.below(20);
      await appendAll(spool, appended, (appended += count));
      for (let reads = random.below(4); reads > 0; reads--) {
        const read = await spool.read(1 + random.below(12));
        if (!read) break;
        seen.push(...numbersIn(read.payloads));
        await spool.advance(read);
      }
      spool = await reopen(spool, { segmentBytes: 2_000 });
    }
    seen.push(...(await drain(spool)));
    expect(seen).toEqual(range(0, appended));
    expect(spool.state()).toMatchObject({ corruptRecords: 0, tornTails: 0, droppedItems: 0 });
  });

  test("without its cursor all that is there is read again", async () => {
    const spool = await openSpool();
    await appendAll(spool, 0, 5);
    await spool.advance((await spool.read(4))!);
    writeFileSync(path.join(folder, "cursor.json"), '{"record": 2');
    expect(await drain(await reopen(spool))).toEqual(range(0, 5));
  });
});

describe("damage", () => {
  test("a torn last record is skipped and counted, whatever was written of it", async () => {
    let spool = await openSpool();
    for (let cut = 1; cut < RECORD_HEADER_BYTES + 40; cut += 9) {
      await appendAll(spool, 0, 3);
      const [file] = segmentFiles();
      const bytes = readFileSync(file!);
      writeFileSync(file!, bytes.subarray(0, bytes.length - cut));
      spool = await reopen(spool);
      expect(spool.state()).toMatchObject({ records: 2, tornTails: 1 });
      await appendAll(spool, 3, 5);
      expect(await drain(spool)).toEqual([0, 1, 3, 4]);
      expect(spool.state()).toMatchObject({ corruptRecords: 0, tornTails: 1 });
      spool = await reopen(spool);
    }
  });

  test("a segment with nothing but a torn record", async () => {
    const spool = await openSpool();
    await appendAll(spool, 0, 1);
    writeFileSync(segmentFiles()[0]!, "SL");
    const next = await reopen(spool);
    await appendAll(next, 1, 3);
    expect(await drain(next)).toEqual([1, 2]);
    expect(next.state()).toMatchObject({ tornTails: 1 });
  });

  test("1,000 random bit flips: each damaged record is counted, all others are read", async () => {
    const random = seededRandom();
    const records = 5_000;
    const spool = await openSpool({ segmentBytes: 64 * 1024 });
    for (let i = 0; i < records; i++) await spool.append(payload(i, 40 + random.below(400)), 2);
    const damaged = new Set<number>();
    const files = segmentFiles().map((file) => ({ file, bytes: readFileSync(file) }));
    const numbersOf = new Map(files.map(({ file, bytes }) => [file, recordNumbers(bytes)]));
    for (let flips = 0; flips < 1_000;) {
      const { file, bytes } = files[random.below(files.length)]!;
      const at = random.below(bytes.length);
      const record = numbersOf.get(file)![at]!;
      if (record === records - 1) continue; // a damaged last one looks like one that was cut off
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
      damaged.add(record);
      flips++;
    }
    for (const { file, bytes } of files) writeFileSync(file, bytes);
    const next = await reopen(spool, { segmentBytes: 64 * 1024 });
    const numbers = await drain(next, 500);
    print(`seed ${random.seed}: ${damaged.size} of ${records} records damaged`);
    expect(numbers).toEqual(range(0, records).filter((i) => !damaged.has(i)));
    expect(next.state()).toMatchObject({
      corruptRecords: damaged.size,
      corruptItems: 2 * damaged.size,
      records: 0,
    });
  });

  test("a segment that is all rubbish, or gone", async () => {
    const spool = await openSpool({ segmentBytes: 1_000 });
    await appendAll(spool, 0, 60);
    const files = segmentFiles();
    writeFileSync(files[1]!, Buffer.alloc(3_000, 7));
    rmSync(files[3]!);
    const next = await reopen(spool);
    const numbers = await drain(next);
    const { corruptRecords } = next.state();
    expect(corruptRecords).toBeGreaterThan(10);
    expect(numbers).toHaveLength(60 - corruptRecords);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

/** The number of the record that each byte of a segment belongs to. */
function recordNumbers(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(bytes.length);
  for (let found = findRecord(bytes, 0); found; found = findRecord(bytes, found.endOffset)) {
    const fromOffset = found.endOffset - found.payload.length - RECORD_HEADER_BYTES;
    numbers.fill(found.position.record, fromOffset, found.endOffset);
  }
  return numbers;
}

describe("a full spool", () => {
  test("loses its oldest records, counts them, and stays below its cap", async () => {
    const maxBytes = 20_000;
    const spool = await openSpool({ maxBytes, segmentBytes: 2_000 });
    for (let i = 0; i < 600; i++) {
      await spool.append(payload(i), 2);
      expect(spool.state().bytes).toBeLessThanOrEqual(maxBytes);
    }
    const { droppedItems, items } = spool.state();
    expect(droppedItems + items).toBe(1_200);
    expect(items * 36).toBeGreaterThan(maxBytes / 2);
    expect(await drain(spool)).toEqual(range(droppedItems / 2, 600));
    expect(spool.state().droppedItems).toBe(droppedItems);
  });

  test("what is being read when it goes is not counted twice", async () => {
    const spool = await openSpool({ maxBytes: 20_000, segmentBytes: 2_000 });
    await appendAll(spool, 0, 100);
    const read = await spool.read(20);
    await appendAll(spool, 100, 400);
    await spool.advance(read!);
    const { droppedItems, items } = spool.state();
    expect(droppedItems + items).toBe(800);
    expect(await drain(spool)).toEqual(range(droppedItems / 2, 400));
  });
});

describe("a full disk", () => {
  test("append rejects, nothing of it stays, and it goes on when there is room again", async () => {
    const disk = { isFull: false };
    const openFile: SpoolOptions["openFile"] = async (file, flags, mode) => {
      const handle = await open(file, flags, mode);
      const write = handle.write.bind(handle);
      const inSmallParts = async (...[bytes, from, length, position]: WriteArguments) => {
        const written = await write(bytes, from, Math.min(length, 11), position);
        if (!disk.isFull) return written;
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      };
      return Object.assign(handle, { write: inSmallParts });
    };
    const spool = await openSpool({ openFile });
    await appendAll(spool, 0, 3);
    disk.isFull = true;
    for (let i = 0; i < 3; i++)
      await expect(spool.append(payload(99), 2)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(spool.state()).toMatchObject({ records: 3, failure: "ENOSPC" });
    disk.isFull = false;
    await appendAll(spool, 3, 6);
    expect(spool.state()).toMatchObject({ records: 6, failure: null });
    expect(await drain(await reopen(spool))).toEqual(range(0, 6));
  });
});

describe("two processes", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Holds the spool until it is killed. */
  async function holdInAnotherProcess() {
    const script = path.resolve(import.meta.dirname, "../../fixtures/spool-child.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    return child;
  }

  test("the second one refuses with one sentence; kill -9 of the first frees it, and nothing is lost", async () => {
    const first = await holdInAnotherProcess();
    await expect(openSpool()).rejects.toThrow(
      new RegExp(`^Another process \\(${first.pid}\\) already uses the spool ${folder}: stop it`),
    );
    const ended = new Promise((resolve) => first.once("exit", resolve));
    first.kill("SIGKILL");
    await ended;
    const second = await openSpool();
    expect(await drain(second)).toEqual([0]);
  });

  test("within one process too", async () => {
    await openSpool();
    await expect(openSpool()).rejects.toThrow(/already uses the spool/);
  });
});

test("a folder that cannot be one is refused with one sentence", async () => {
  writeFileSync(path.join(folder, "file"), "");
  await expect(openSpool({ folder: path.join(folder, "file") })).rejects.toThrow(
    /^The folder .*file cannot be written, and samples wait there .* set DATA_DIR to another folder\.$/,
  );
});

test("it is for its owner alone", async () => {
  const spool = await openSpool();
  await appendAll(spool, 0, 1);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(segmentFiles()[0]!).mode & 0o777).toBe(0o600);
});
