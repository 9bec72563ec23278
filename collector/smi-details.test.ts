import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { StandInControl } from "@/fixtures/nvidia-smi/expected-values";
import { createSmiReader } from "./smi-reader";

const standIn = path.join(import.meta.dirname, "../fixtures/nvidia-smi/stand-in.mjs");
const withInstances: StandInControl = {
  gpus: [
    {
      capture: "h100-mig",
      state: "idle",
      instances: [
        { id: 2, profile: "3g.40gb", totalMib: 40448, usedMib: 26 },
        { id: 5, profile: "1g.10gb", totalMib: 9984, usedMib: 12 },
      ],
      processes: [
        { pid: 4_000_001, name: "/opt/serve --key=secret", memory: "10 MiB", instance: 5 },
        { pid: 4_000_002, name: "/usr/bin/x", type: "G" },
      ],
      details: { replays: 4, bar1: 3 },
    },
  ],
};
let folder: string;
let stop: () => void = () => undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "smi-details-"));
  process.env.STAND_IN_CONTROL = path.join(folder, "control.json");
});
afterEach(() => {
  stop();
  delete process.env.STAND_IN_CONTROL;
  rmSync(folder, { recursive: true });
});

function control(next: StandInControl): void {
  writeFileSync(path.join(folder, "control.json"), JSON.stringify(next));
}

function read(detailsEveryMs: number) {
  const ticks: GpuReading[][] = [];
  const lists: GpuProcessList[][] = [];
  const failures: string[] = [];
  const reader = createSmiReader({ path: standIn, intervalMs: 200, detailsEveryMs });
  stop = reader.start({
    onTick: (readings) => ticks.push(readings),
    onFailure: (detail) => failures.push(detail),
    onProcesses: (read) => lists.push(read),
  });
  return { ticks, lists, failures, reader };
}

test("MIG instances become readings of their own, processes lists; between two readings of the XML nothing is made up", async () => {
  control(withInstances);
  const { ticks, lists, failures } = read(60_000);
  await expect.poll(() => lists.length, { timeout: 20_000 }).toBe(1);
  const fresh = () => ticks.find(([gpu]) => gpu?.values.pcieReplayCounter === 4);
  await expect.poll(fresh, { timeout: 10_000 }).toBeDefined();
  const [gpu, first, second] = fresh()!;
  expect(gpu!.values.bar1UsedMib).toBe(3);
  expect(first).toMatchObject({
    gpuUuid: "MIG-51900000-0000-4000-8000-000000000002",
    parentUuid: gpu!.gpuUuid,
    migProfile: "3g.40gb",
    values: { memoryUsedMib: 26, memoryTotalMib: 40448, computeProcessesCount: 0 },
  });
  expect(second!.values).toMatchObject({ memoryUsedMib: 12, computeProcessesCount: 1 });
  await expect
    .poll(() => ticks.at(-1)?.[1]?.missing.memoryUsedMib, { timeout: 10_000 })
    .toBe("not_sampled");
  expect(ticks.at(-1)).toHaveLength(3);
  expect(
    lists[0]!.map(({ gpuUuid, processes }) => [
      gpuUuid.slice(0, 3),
      processes.map(({ pid }) => pid),
    ]),
  ).toEqual([
    ["GPU", [4_000_002]],
    ["MIG", []],
    ["MIG", [4_000_001]],
  ]);
  expect(JSON.stringify(lists)).not.toContain("secret");
  expect(failures).toEqual([]);
});

test("asked for, the lists are read at once", async () => {
  control(withInstances);
  const { lists, reader } = read(600_000);
  await expect.poll(() => lists.length, { timeout: 20_000 }).toBe(1);
  reader.readProcesses?.();
  await expect.poll(() => lists.length, { timeout: 20_000 }).toBe(2);
});

test("XML that never comes does not stop the ticks", async () => {
  control({ ...withInstances, mode: "hang-details" });
  const { ticks, failures } = read(60_000);
  await expect.poll(() => ticks.length, { timeout: 20_000 }).toBeGreaterThan(5);
  expect(ticks.at(-1)).toHaveLength(1);
  expect(ticks.at(-1)![0]!.missing.pcieReplayCounter).toBe("not_sampled");
  expect(failures).toEqual([]);
});

test("XML that cannot be read makes lists that say why, and reasons in the ticks", async () => {
  const bad = path.join(folder, "nvidia-smi");
  writeFileSync(
    bad,
    `#!/bin/sh\ncase "$1" in -q) echo '<!DOCTYPE a [<!ENTITY b "c">]><a/>';; *) exec '${standIn}' "$@";; esac\n`,
    { mode: 0o755 },
  );
  control(withInstances);
  const ticks: GpuReading[][] = [];
  const reader = createSmiReader({ path: bad, intervalMs: 200 });
  stop = reader.start({
    onTick: (readings) => ticks.push(readings),
    onFailure: () => undefined,
    onProcesses: () => undefined,
  });
  await expect
    .poll(() => ticks.some(([gpu]) => gpu?.missing.pcieReplayCounter === "read_error"), {
      timeout: 20_000,
    })
    .toBe(true);
});
