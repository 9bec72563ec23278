import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { buildNvmlStub, canBuildNvmlStub, type NvmlStub } from "@/fixtures/nvml/build-stub";
import { type CollectorProcess, startCollector } from "@/server/gpu/collector-process";
import { printFigures } from "./print-figures";

// N2. The library is a stub, and nvidia-smi a program that replays recordings: no driver or GPU is behind them.

const root = path.join(import.meta.dirname, "../..");
const HANG_MS = 30_000;
const patient = { timeout: 60_000 };

describe.skipIf(!canBuildNvmlStub())("N2", () => {
  let stub: NvmlStub;
  let folder: string;
  let collector: CollectorProcess | null = null;
  beforeAll(() => (stub = buildNvmlStub()));
  afterAll(() => stub.remove());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "nvml-hang-"));
    stub.control();
    process.env.NVML_STUB_CONTROL = stub.controlFile;
    process.env.STAND_IN_CONTROL = path.join(folder, "control.json");
    writeFileSync(
      process.env.STAND_IN_CONTROL,
      JSON.stringify({ gpus: [{ capture: "h200", state: "load" }] }),
    );
  });
  afterEach(async () => {
    await collector?.stop();
    delete process.env.NVML_STUB_CONTROL;
    delete process.env.STAND_IN_CONTROL;
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["hangs for 30 s", `hang nvmlDeviceGetUtilizationRates ${HANG_MS}`],
    ["hangs where no value is read", `hang nvmlEventSetWait_v2 ${HANG_MS}`],
    ["crashes", "crash nvmlDeviceGetPowerUsage"],
  ])("a library that %s, twice: killed, next real source, and back", async (what, fault) => {
    const ticks: GpuSample[][] = [];
    const running = startCollector({
      command: process.execPath,
      args: ["--import", "tsx", path.join(root, "collector/main.ts")],
      settings: {
        gpuSources: null,
        hostName: "test-host",
        nvmlLibraryPath: stub.library,
        nvidiaSmiPath: path.join(root, "fixtures/nvidia-smi/stand-in.mjs"),
        amdSmiPath: "/nowhere/amd-smi",
        xpuSmiPath: "/nowhere/xpu-smi",
        gpuExporterUrls: [],
        aiHealthUrls: [],
        pollIntervalMs: 1_000,
        httpTimeoutMs: 1_000,
      },
      logger: pino({ level: "silent" }),
      onSamples: (samples) => ticks.push(samples),
      onSources: () => undefined,
      suspectPauseMs: 1_000,
    });
    collector = running;
    const source = () => ticks.at(-1)?.[0]?.source;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (const round of [1, 2]) {
      await expect.poll(source, patient).toBe("nvml");
      const pid = running.pid();
      const startedMs = performance.now();
      delay.enable();
      stub.control(fault);
      await expect.poll(() => running.pid() !== pid, { ...patient, interval: 20 }).toBe(true);
      const endedMs = performance.now();
      const next = () => running.pid() !== null && running.pid() !== pid;
      await expect.poll(next, { ...patient, interval: 20 }).toBe(true);
      const backMs = performance.now();
      await expect.poll(source, { ...patient, interval: 20 }).toBe("smi");
      const takenOverMs = performance.now();
      delay.disable();
      // Not the end of the hang has ended it.
      expect(endedMs - startedMs).toBeLessThan(HANG_MS);
      stub.control();
      printFigures(`N2, ${what}, round ${round}`, {
        "ended after ms (with up to 1,000 until the next poll)": Math.round(endedMs - startedMs),
        "started again after ms": Math.round(backMs - endedMs),
        "next source after ms": Math.round(takenOverMs - startedMs),
        "event-loop p99 ms": Math.round(delay.percentile(99) / 1e6),
      });
    }
    await expect.poll(source, patient).toBe("nvml");
    expect(ticks.flat().some((sample) => sample.source === "simulated")).toBe(false);
    const times = ticks.map((tick) => tick[0]!.recordedAtMs);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});
