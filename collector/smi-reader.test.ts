import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { expectedReadings, type StandInControl } from "@/fixtures/nvidia-smi/expected-values";
import { createSmiReader, type SmiReaderOptions } from "./smi-reader";

const standIn = path.join(import.meta.dirname, "../fixtures/nvidia-smi/stand-in.mjs");
const bothIdle: StandInControl = {
  gpus: [
    { capture: "rtx-4080-super", state: "idle" },
    { capture: "h100-mig", state: "idle" },
  ],
};
let folder: string;
const stops: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "smi-reader-"));
  process.env.STAND_IN_CONTROL = path.join(folder, "control.json");
  control(bothIdle);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  delete process.env.STAND_IN_CONTROL;
  rmSync(folder, { recursive: true });
  await expect.poll(childrenOfThisProcess).toEqual([]);
});

function control(next: StandInControl): void {
  writeFileSync(path.join(folder, "control.json"), JSON.stringify(next));
}

/** Names and states of our child processes: a zombie would show as "Z". esbuild is vitest's own. */
function childrenOfThisProcess(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const [, name = "", state = "", parent] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return parent === String(process.pid) && name !== "esbuild" ? [`${name} ${state}`] : [];
      } catch {
        return [];
      }
    });
}

/** Blocks the event loop, in the phase after which due timers run before anything is read. */
function holdUp(ms: number): Promise<void> {
  return new Promise((resolve) =>
    setImmediate(() => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      resolve();
    }),
  );
}

function script(body: string): string {
  const file = path.join(folder, "nvidia-smi");
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

function read(options: Partial<SmiReaderOptions> = {}) {
  const seen = { ticks: [] as GpuReading[][], details: [] as string[], failures: [] as string[] };
  const reader = createSmiReader({
    path: standIn,
    intervalMs: 200,
    detailsEveryMs: null,
    ...options,
  });
  const stop = reader.start({
    onTick: (readings, detail) => {
      seen.ticks.push(readings);
      seen.details.push(detail);
    },
    onFailure: (detail) => seen.failures.push(detail),
    onProcesses: () => undefined,
  });
  stops.push(stop);
  return { ...seen, stop };
}

describe("a long-running nvidia-smi", () => {
  test("gives the exact numbers of every GPU, and those of the next state while it runs", async () => {
    const seen = read();
    await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(seen.ticks.at(-1)).toEqual(expectedReadings(bothIdle.gpus));
    expect(seen.details.at(-1)).toBe("reads 2 GPUs");

    const load = bothIdle.gpus.map((gpu) => ({ ...gpu, state: "load" as const }));
    control({ gpus: [...load, { capture: "h200", state: "load" }] });
    await expect.poll(() => seen.ticks.at(-1)?.length, { timeout: 10_000 }).toBe(3);
    expect(seen.ticks.at(-1)).toEqual(
      expectedReadings([...load, { capture: "h200", state: "load" }]),
    );
    expect(childrenOfThisProcess()).toHaveLength(1);
  });

  test("T2: when this process was held up, one tick is read afterwards, not a burst", async () => {
    const seen = read();
    await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(1);
    const before = seen.ticks.length;
    await holdUp(5_000); // 25 ticks wait in the pipe, and the stall limit is over
    await sleep(100);
    expect(seen.ticks.length - before).toBeGreaterThanOrEqual(1);
    expect(seen.ticks.length - before).toBeLessThanOrEqual(2);
    await expect.poll(() => seen.ticks.length - before, { timeout: 5_000 }).toBeGreaterThan(3);
    expect(seen.failures).toEqual([]);
  });

  test("a hung one is killed and the source fails", async () => {
    const seen = read();
    await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(0);
    control({ ...bothIdle, mode: "hang" });
    await expect
      .poll(() => seen.failures, { timeout: 20_000 })
      .toEqual(["nvidia-smi stopped answering"]);
    await expect.poll(childrenOfThisProcess).toEqual([]);
  });

  test("one that hangs from the start, or prints garbage only, fails too", async () => {
    for (const mode of ["hang", "garbage"] as const) {
      control({ ...bothIdle, mode });
      const seen = read({ firstTickMs: 700 });
      await expect
        .poll(() => seen.failures, { timeout: 20_000 })
        .toEqual(["nvidia-smi stopped answering"]);
      expect(seen.ticks).toEqual([]);
    }
  });

  test("after a success a retry that hangs is given up sooner than a first try", async () => {
    const reader = createSmiReader({
      path: standIn,
      intervalMs: 200,
      firstTickMs: 60_000,
      laterFirstTickMs: 700,
    });
    let ticks = 0;
    const failures: string[] = [];
    const run = () => {
      const onTick = () => void (ticks += 1);
      const stop = reader.start({
        onTick,
        onFailure: (detail) => failures.push(detail),
        onProcesses: () => undefined,
      });
      stops.push(stop);
      return stop;
    };
    const stopFirst = run();
    await expect.poll(() => ticks, { timeout: 10_000 }).toBeGreaterThan(0);
    stopFirst();
    control({ ...bothIdle, mode: "hang" });
    run();
    await expect
      .poll(() => failures, { timeout: 20_000 })
      .toEqual(["nvidia-smi stopped answering"]);
  });

  test.each<[string, StandInControl, string]>([
    [
      "the driver is gone",
      { ...bothIdle, mode: "exit" },
      "nvidia-smi cannot reach the NVIDIA driver",
    ],
    ["no devices", { gpus: [] }, "nvidia-smi found no devices"],
  ])("%s", async (_name, state, says) => {
    control(state);
    const seen = read();
    await expect.poll(() => seen.failures, { timeout: 10_000 }).toEqual([says]);
  });

  test("stopped, it says nothing more and its process is gone", async () => {
    const seen = read();
    await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(0);
    seen.stop();
    const before = seen.ticks.length;
    await sleep(500);
    expect(seen.ticks).toHaveLength(before);
    expect(seen.failures).toEqual([]);
    expect(childrenOfThisProcess()).toEqual([]);
  });
});

describe("columns", () => {
  test("one that the driver refuses is left out, and the rest is read", async () => {
    control({ ...bothIdle, refuse: ["fan.speed", "utilization.decoder"] });
    const seen = read();
    await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const [gpu] = seen.ticks[0]!;
    expect(gpu?.values).toMatchObject({ fanSpeedPercent: null, memoryUsedMib: 596 });
    expect(gpu?.missing.fanSpeedPercent).toBe("unknown_to_driver");
  });

  test("without a help every column is asked for", async () => {
    const file = script(`[ "$1" = --help-query-gpu ] && exit 3; exec "${standIn}" "$@"`);
    const seen = read({ path: file });
    await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(seen.ticks[0]).toEqual(expectedReadings(bothIdle.gpus));
  });

  test("a GPU that stops answering does not hold back the others", async () => {
    const file = script(
      `[ "$1" = --help-query-gpu ] && exit 3
       printf 'index, uuid, count, name, power.draw [W]\n'
       while :; do printf '0, GPU-00000001, 2, RTX, 5.00 W\n'; sleep 0.2; done`,
    );
    const seen = read({ path: file });
    await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(seen.ticks[0]?.map(({ gpuIndex }) => gpuIndex)).toEqual([0]);
  });
});

describe("programs that are no nvidia-smi", () => {
  test.each([
    ["/nowhere/nvidia-smi", "NVIDIA_SMI_PATH names no file"],
    [import.meta.filename, "NVIDIA_SMI_PATH names a file that may not be run"],
    ["bad\0path", "nvidia-smi could not be started (ERR_INVALID_ARG_VALUE)"],
  ])("%j: %s", async (file, says) => {
    const seen = read({ path: file });
    await expect.poll(() => seen.failures).toEqual([says]);
  });

  test("10 MB without an end of line cost no memory and no crash", async () => {
    const file = script("head -c 10000000 /dev/zero | tr '\\0' 'x'; exit 9");
    const seen = read({ path: file });
    await expect
      .poll(() => seen.failures, { timeout: 10_000 })
      .toEqual(["nvidia-smi cannot reach the NVIDIA driver"]);
  });

  test("100 starts leave no zombie", async () => {
    const file = script("exit 7");
    for (let run = 0; run < 50; run += 1) {
      const seen = read({ path: file }); // two starts: help and query
      await expect
        .poll(() => seen.failures, { interval: 2 })
        .toEqual(["nvidia-smi ended with code 7"]);
    }
    expect(childrenOfThisProcess()).toEqual([]);
  });
});
