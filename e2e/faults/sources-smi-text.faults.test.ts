import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSmiReader } from "@/collector/smi-reader";
import { LineSplitter } from "@/collector/line-splitter";
import { readToolText } from "@/collector/tool-process";
import { chooseSmiColumns } from "@/domain/gpu/smi-columns";
import { readSmiDetails } from "@/domain/gpu/smi-details";
import { SmiTicks } from "@/domain/gpu/smi-ticks";
import { wrongValues } from "@/fixtures/nvidia-smi/check-readings";
import { generateSmiText } from "@/fixtures/nvidia-smi/generate-smi-text";
import { seededRandom } from "@/fixtures/seeded-random";
import { printFigures } from "./print-figures";

// N3. FAULT_SEED repeats a run.

const CASES = 20_000;
const SPAWNS = 1_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "n3-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test(`N3: ${CASES} outputs of nvidia-smi: none throws, no impossible number is left, no [N/A] becomes 0`, () => {
  const random = seededRandom();
  const columns = chooseSmiColumns({ known: null, refused: new Set() });
  let readings = 0;
  const wrong: string[] = [];
  for (let number = 0; number < CASES; number += 1) {
    const text = generateSmiText(random, columns);
    const splitter = new LineSplitter();
    const ticks = new SmiTicks();
    const cut = random.below(text.length + 1);
    const lines = [...splitter.push(text.slice(0, cut)), ...splitter.push(text.slice(cut))];
    const read = lines.flatMap((line) => ticks.push(line)).concat(ticks.flush());
    readSmiDetails(text, []);
    for (const reading of read.flat()) {
      readings += 1;
      if (wrongValues(reading).length > 0) wrong.push(text);
    }
  }
  printFigures("N3 text", { seed: random.seed, cases: CASES, readings, wrong: wrong.length });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(readings).toBeGreaterThan(CASES);
});

test(`N3: ${SPAWNS} runs that end well, with code 9, are killed, or cannot start leave no zombie`, async () => {
  const script = (name: string, body: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const programs = [
    script("well", "echo hello"),
    script("nine", "echo failed; exit 9"),
    script("killed", "kill -9 $$"),
    path.join(folder, "absent"),
  ];
  const ends = { well: 0, failed: 0 };
  const runOne = (number: number) =>
    new Promise<void>((resolve) => {
      const program = programs[number % programs.length] ?? "";
      readToolText({ program, args: [], limitMs: 60_000 }, ({ code }) => {
        ends[code === 0 ? "well" : "failed"] += 1;
        resolve();
      });
    });
  for (let from = 0; from < SPAWNS; from += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => runOne(from + i)));
  }
  printFigures("N3 spawns", { spawns: SPAWNS, ...ends, left: children().length });
  expect(ends).toEqual({ well: SPAWNS / 4, failed: (3 * SPAWNS) / 4 });
  await expect.poll(children, { timeout: 10_000 }).toEqual([]);
});

test.each([
  ["10 MB without a line", "head -c 10000000 /dev/zero | tr '\\0' x", "nvidia-smi ended by itself"],
  ["10 MB of lines", "yes '0, [N/A], ERR!' | head -c 10000000", "nvidia-smi ended by itself"],
  ["exit code 9", "exit 9", "nvidia-smi cannot reach the NVIDIA driver"],
  ["a hang", "exec sleep 600", "nvidia-smi stopped answering"],
] as const)(
  "N3: %s makes the source fail with one clause, and nothing is left running",
  async (name, body, clause) => {
    const file = path.join(folder, name.replaceAll(" ", "-"));
    writeFileSync(file, `#!/bin/sh\n[ "$1" = --help-query-gpu ] && exit 1\n${body}\n`);
    chmodSync(file, 0o755);
    const failures: string[] = [];
    const reader = createSmiReader({
      path: file,
      intervalMs: 200,
      firstTickMs: name === "a hang" ? 2_000 : 60_000,
    });
    const stop = reader.start({
      onTick: () => failures.push("a tick"),
      onFailure: (detail) => failures.push(detail),
      onProcesses: () => undefined,
    });
    await expect.poll(() => failures, { timeout: 120_000 }).toEqual([clause]);
    stop();
    await expect.poll(children, { timeout: 10_000 }).toEqual([]);
  },
);

/** Our child processes, zombies ("Z") included; esbuild is vitest's own. */
function children(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [, name = "", state = "", parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
        return parent === String(process.pid) && name !== "esbuild" ? [`${name} ${state}`] : [];
      } catch {
        return [];
      }
    });
}
