import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { createAmdReader } from "./amd-reader";
import type { SourceReader } from "./source-reader";
import { createXpuReader } from "./xpu-reader";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const amdSmi = path.join(fixtures, "amd/stand-in.mjs");
const xpuSmi = path.join(fixtures, "intel/stand-in.mjs");
const searchPath = process.env.PATH ?? "";
let folder: string;
const stops: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "vendors-"));
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  process.env.PATH = searchPath;
  delete process.env.XPU_STAND_IN;
  rmSync(folder, { recursive: true });
});

function read(reader: SourceReader) {
  const seen = { ticks: [] as GpuReading[][], details: [] as string[], failures: [] as string[] };
  stops.push(
    reader.start({
      onTick: (readings, detail) => {
        seen.ticks.push(readings);
        seen.details.push(detail);
      },
      onFailure: (detail) => seen.failures.push(detail),
      onProcesses: () => undefined,
    }),
  );
  return seen;
}

/** rocm-smi by its name, with its answers beside it. */
function rocmSmiIn(target: string): string {
  const file = path.join(target, "rocm-smi");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${target}/rocm-smi.mjs" "$@"\n`, {
    mode: 0o755,
  });
  copyFileSync(amdSmi, path.join(target, "rocm-smi.mjs"));
  copyFileSync(path.join(fixtures, "amd/rocm-smi.json"), path.join(target, "rocm-smi.json"));
  return file;
}

test("amd-smi: list and static once, then metric", async () => {
  const seen = read(createAmdReader({ path: amdSmi, intervalMs: 200 }));
  await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBe(1);
  expect(seen.ticks[0]!.map(({ gpuName, values }) => [gpuName, values.powerWatts])).toEqual([
    ["MI300A", 203],
    ["Radeon PRO W7700", 17],
  ]);
  expect(seen.details).toEqual(["reads 2 AMD GPUs"]);
  expect(seen.failures).toEqual([]);
});

test("rocm-smi, named", async () => {
  const seen = read(createAmdReader({ path: rocmSmiIn(folder), intervalMs: 200 }));
  await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBe(1);
  expect(seen.ticks[0]!.map(({ gpuName }) => gpuName)).toContain("Phoenix3");
});

test("rocm-smi is used where there is no amd-smi", async () => {
  rocmSmiIn(folder);
  process.env.PATH = `${folder}:/bin:/usr/bin`;
  const seen = read(createAmdReader({ path: null, intervalMs: 200 }));
  await expect.poll(() => seen.ticks.length + seen.failures.length, { timeout: 20_000 }).toBe(1);
  expect(seen.failures).toEqual([]);
});

test("neither program: one clause that says so", async () => {
  process.env.PATH = folder;
  const amd = read(createAmdReader({ path: null, intervalMs: 200 }));
  const intel = read(createXpuReader({ path: null, intervalMs: 200 }));
  await expect
    .poll(() => [...amd.failures, ...intel.failures], { timeout: 10_000 })
    .toEqual(["neither amd-smi nor rocm-smi is on PATH", "xpu-smi is not on PATH"]);
});

test("a path that names nothing, and output that is no JSON", async () => {
  const absent = read(createAmdReader({ path: "/nowhere/amd-smi", intervalMs: 200 }));
  const garbage = path.join(folder, "amd-smi");
  writeFileSync(garbage, "#!/bin/sh\necho hello\n", { mode: 0o755 });
  const bad = read(createAmdReader({ path: garbage, intervalMs: 200 }));
  await expect
    .poll(() => [...absent.failures, ...bad.failures], { timeout: 10_000 })
    .toEqual(["AMD_SMI_PATH names no file", "amd-smi printed something that is not JSON"]);
});

test("xpu-smi: one process that goes on printing", async () => {
  const seen = read(createXpuReader({ path: xpuSmi, intervalMs: 500 }));
  await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBeGreaterThan(2);
  expect(
    seen.ticks.at(-1)!.map(({ values }) => [values.utilizationPercent, values.memoryUsedMib]),
  ).toEqual([
    [37.5, 4096.25],
    [0, 34.18],
  ]);
  expect(seen.details.at(-1)).toBe("reads 2 Intel GPUs");
});

test("an xpu-smi that finds no driver fails with its code", async () => {
  process.env.XPU_STAND_IN = "none";
  const seen = read(createXpuReader({ path: xpuSmi, intervalMs: 500 }));
  await expect
    .poll(() => seen.failures, { timeout: 10_000 })
    .toEqual([`${path.basename(xpuSmi)} ended with code 2`]);
});
