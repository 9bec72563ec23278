import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { buildNvmlStub, canBuildNvmlStub, type NvmlStub } from "@/fixtures/nvml/build-stub";
import { expectedReadings, type StandInControl } from "@/fixtures/nvidia-smi/expected-values";
import { startCollector, type CollectorOptions, type CollectorProcess } from "./collector-process";

// The real collector and, in nvidia-smi's place, a program that replays recordings of real GPUs.

const root = path.join(import.meta.dirname, "../..");
const standIn = path.join(root, "fixtures/nvidia-smi/stand-in.mjs");
const throughTsx = ["--import", "tsx", path.join(root, "collector/main.ts")];
const idle: StandInControl["gpus"] = [
  { capture: "rtx-4080-super", state: "idle" },
  { capture: "h100-mig", state: "idle" },
  { capture: "h200", state: "idle" },
];
const load = idle.map((gpu) => ({ ...gpu, state: "load" as const }));
const settings: CollectorOptions["settings"] = {
  gpuSources: null,
  hostName: "test-host",
  // Not those of the machine that runs the tests.
  nvmlLibraryPath: "/nowhere/libnvidia-ml.so.1",
  nvidiaSmiPath: standIn,
  amdSmiPath: "/nowhere/amd-smi",
  xpuSmiPath: "/nowhere/xpu-smi",
  gpuExporterUrls: [],
  aiHealthUrls: [],
  pollIntervalMs: 200,
  httpTimeoutMs: 1_000,
};
const slow = { timeout: 20_000 };

let folder: string;
const running: CollectorProcess[] = [];
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "collector-process-"));
  process.env.STAND_IN_CONTROL = path.join(folder, "control.json");
  control({ gpus: idle });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((collector) => collector.stop()));
  for (const server of servers.splice(0)) server.close();
  expect(processesWith(folder)).toEqual([]);
  delete process.env.STAND_IN_CONTROL;
  rmSync(folder, { recursive: true });
});

function control(next: StandInControl): void {
  writeFileSync(path.join(folder, "control.json"), JSON.stringify(next));
}

function start(options: Partial<CollectorOptions> = {}) {
  const lines: { level: number; msg: string }[] = [];
  const seen = { ticks: [] as GpuSample[][], sources: [] as SourceStatus[], lines };
  const collector = startCollector({
    command: process.execPath,
    args: throughTsx,
    settings,
    logger: pino(
      { base: null },
      { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) },
    ),
    onSamples: (samples) => seen.ticks.push(samples),
    onSources: (sources) => (seen.sources = sources),
    ...options,
  });
  running.push(collector);
  const states = () => Object.fromEntries(seen.sources.map(({ source, state }) => [source, state]));
  return { seen, collector, states };
}

/** Pids of processes (not zombies) whose environment holds this folder's control file: collectors and stand-ins. */
function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`STAND_IN_CONTROL=${text}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** What smi reads on a slower beat, by another run of nvidia-smi: tested at its reader. */
const details: readonly string[] = [
  "bar1UsedMib",
  "computeProcessesCount",
  "pcieReplayCounter",
  "pcieTransmitKbPerSecond",
  "pcieReceiveKbPerSecond",
  "slowdownTemperatureCelsius",
];

/** Without what the chain adds, and without details. */
function readingsOf(tick: readonly (GpuReading | GpuSample)[] | undefined) {
  return tick?.map((sample) => {
    const missing = Object.entries(sample.missing).filter(([metric]) => !details.includes(metric));
    const added = { host: "test-host", recordedAtMs: 0, source: "smi" };
    const values = Object.entries(sample.values).filter(([metric]) => !details.includes(metric));
    return {
      ...sample,
      ...added,
      values: Object.fromEntries(values),
      missing: Object.fromEntries(missing),
    };
  });
}
const expectedOf = (gpus: StandInControl["gpus"]) => readingsOf(expectedReadings(gpus));

describe("samples", () => {
  test("the exact numbers of every GPU, idle and then under load, nulls with their reason", async () => {
    const { seen, states } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(1);
    expect(readingsOf(seen.ticks.at(-1))).toEqual(expectedOf(idle));
    expect(seen.ticks.at(-1)?.[1]?.missing.utilizationPercent).toBe("not_supported");
    control({ gpus: load });
    await expect.poll(() => readingsOf(seen.ticks.at(-1)), slow).toEqual(expectedOf(load));

    for (const tick of seen.ticks) {
      expect(new Set(tick.map(({ recordedAtMs }) => recordedAtMs)).size).toBe(1);
      expect(tick.every(({ source, host }) => source === "smi" && host === "test-host")).toBe(true);
    }
    const times = seen.ticks.map((tick) => tick[0]!.recordedAtMs);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(states()).toEqual({
      nvml: "unavailable",
      smi: "active",
      dcgm: "not_configured",
      amd: expect.any(String) as string,
      intel: expect.any(String) as string,
      health: "not_configured",
      simulated: "standby",
    });
    expect(seen.lines.map(({ msg }) => msg)).toContain("GPU source smi: active, reads 3 GPUs");
  });

  test("an impossible value is null with its reason", async () => {
    control({
      gpus: [{ ...idle[0]!, override: { "utilization.gpu": "255 %", "power.draw": "ERR!" } }],
    });
    const { seen } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    expect(seen.ticks[0]?.[0]).toMatchObject({
      values: { utilizationPercent: null, powerWatts: null, memoryUsedMib: 596 },
      missing: { utilizationPercent: "impossible_value", powerWatts: "read_error" },
    });
  });

  test("nothing on this machine: simulated, and it says where it looked", async () => {
    const { seen, states } = start({
      settings: { ...settings, nvidiaSmiPath: "/nowhere/nvidia-smi" },
    });
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    expect(seen.ticks[0]?.map(({ gpuName, source }) => [gpuName, source])).toEqual([
      ["Simulated GPU 0", "simulated"],
      ["Simulated GPU 1", "simulated"],
    ]);
    expect(states()).toMatchObject({ smi: "unavailable", simulated: "active" });
    const details = Object.fromEntries(seen.sources.map(({ source, detail }) => [source, detail]));
    expect(details).toMatchObject({
      nvml: "NVML_LIBRARY_PATH names no library that can be loaded",
      smi: "NVIDIA_SMI_PATH names no file",
      health: "no AI_HEALTH_URLS",
      simulated: "no real source answers",
    });
  });

  test("the bundled program does the same", async () => {
    const outfile = path.join(root, "node_modules/.cache/sightline-test", `${process.pid}.mjs`);
    // The command, not the library: the library's helper process stays as long as this test file runs.
    execFileSync(path.join(root, "node_modules/.bin/esbuild"), [
      path.join(root, "collector/main.ts"),
      `--outfile=${outfile}`,
      "--bundle",
      "--format=esm",
      "--platform=node",
      "--packages=external",
      "--log-level=warning",
    ]);
    const { seen } = start({ args: [outfile] });
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    expect(readingsOf(seen.ticks[0])).toEqual(expectedOf(idle));
    rmSync(outfile);
  });
});

describe("faults", () => {
  test("a hung nvidia-smi is killed; when the driver answers again, so do the samples; no simulation meanwhile", async () => {
    const { seen, states } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    control({ gpus: idle, mode: "hang" });
    await expect.poll(states, slow).toMatchObject({ smi: "unavailable", simulated: "standby" });
    control({ gpus: load });
    await expect.poll(() => readingsOf(seen.ticks.at(-1)), slow).toEqual(expectedOf(load));
    expect(seen.ticks.flat().every(({ source }) => source === "smi")).toBe(true);
  });

  test("kill -9 of the collector: it is back, and its nvidia-smi did not outlive it", async () => {
    const { seen, collector, states } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    const before = processesWith(folder);
    expect(before.length).toBeGreaterThanOrEqual(2);
    // Hung as well: SIGTERM or a closed pipe would not end it.
    control({ gpus: idle, mode: "hang" });
    await expect.poll(() => seen.ticks.length === ticksLater(seen.ticks), slow).toBe(true);
    process.kill(collector.pid()!, "SIGKILL");
    control({ gpus: load });
    await expect.poll(() => readingsOf(seen.ticks.at(-1)), slow).toEqual(expectedOf(load));
    const outlived = () => processesWith(folder).filter((pid) => before.includes(pid));
    await expect.poll(outlived, slow).toEqual([]);
    expect(states()).toMatchObject({ smi: "active" });
    expect(seen.lines.map(({ msg }) => msg)).toContain(
      "The collector ended (SIGKILL) and is started again",
    );
  });

  test("a collector that is silent is killed and started again", async () => {
    const { seen, collector } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    const stopped = collector.pid()!;
    process.kill(stopped, "SIGSTOP");
    await expect.poll(() => processesWith(folder).includes(stopped), slow).toBe(false);
    const before = seen.ticks.length;
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(before);
  });

  test("one that even SIGKILL does not end counts as not running, and its values as gone", async () => {
    const { seen, collector, states } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    const hung = collector.pid()!;
    // As when it hangs inside the kernel.
    const kill = vi.spyOn(process, "kill").mockReturnValue(true);
    try {
      execFileSync("kill", ["-STOP", String(hung)]);
      await expect.poll(() => collector.pid(), slow).toBeNull();
      expect(kill).toHaveBeenCalledWith(-hung, "SIGKILL");
      expect(processesWith(folder)).toContain(hung);
      expect(states()).toMatchObject({ smi: "unavailable" });
    } finally {
      kill.mockRestore();
      process.kill(-hung, "SIGKILL");
    }
    await expect.poll(() => collector.pid(), slow).not.toBeNull();
    await expect.poll(states, slow).toMatchObject({ smi: "active" });
  });

  test("this process held up for 5 s is no reason to kill the collector", async () => {
    const { seen, collector } = start();
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    const pid = collector.pid();
    // In the phase after which due timers run before any message is read.
    await new Promise<void>((resolve) =>
      setImmediate(() => {
        const until = performance.now() + 5_000;
        while (performance.now() < until);
        resolve();
      }),
    );
    const resumedMs = Date.now();
    await expect
      .poll(() => seen.ticks.at(-1)![0]!.recordedAtMs - resumedMs, slow)
      .toBeGreaterThan(1_000);
    expect(collector.pid()).toBe(pid);
  });

  test("the portal is gone: collector and nvidia-smi are gone", async () => {
    const portal = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        "--input-type=module",
        "--eval",
        `const { startCollector } = await import("./server/gpu/collector-process.ts");
         const { default: pino } = await import("pino");
         startCollector({
           command: process.execPath,
           args: ${JSON.stringify(throughTsx)},
           settings: ${JSON.stringify(settings)},
           logger: pino({ level: "silent" }),
           onSamples: () => process.stdout.write("tick"),
           onSources: () => undefined,
         });`,
      ],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((resolve) => portal.stdout.once("data", resolve));
    expect(processesWith(folder).length).toBeGreaterThanOrEqual(3);
    portal.kill("SIGKILL");
    await expect.poll(() => processesWith(folder), slow).toEqual([]);
  });

  test("from smi to health and back", async () => {
    const service = createServer((_req, res) =>
      res.end('{"gpu_utilization": 12, "vram_used_gb": 1}'),
    );
    servers.push(service);
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const { port } = service.address() as AddressInfo;
    const aiHealthUrls = [`http://127.0.0.1:${port}`];
    const { seen, states } = start({ settings: { ...settings, aiHealthUrls } });
    await expect.poll(() => seen.ticks.at(-1)?.[0]?.source, slow).toBe("smi");
    await expect.poll(states, slow).toMatchObject({ smi: "active", health: "standby" });

    control({ gpus: idle, mode: "exit" });
    await expect.poll(() => seen.ticks.at(-1)?.[0]?.source, slow).toBe("health");
    expect(seen.ticks.at(-1)?.[0]?.values).toMatchObject({
      utilizationPercent: 12,
      memoryUsedMib: 1024,
      memoryTotalMib: null,
    });
    expect(seen.sources.find(({ source }) => source === "smi")).toMatchObject({
      state: "unavailable",
      detail: "nvidia-smi cannot reach the NVIDIA driver",
    });

    control({ gpus: load });
    await expect.poll(() => readingsOf(seen.ticks.at(-1)), slow).toEqual(expectedOf(load));
    const times = seen.ticks.map((tick) => tick[0]!.recordedAtMs);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(JSON.stringify([seen.sources, seen.lines])).not.toContain(String(port));
  });
});

describe("a child that misbehaves", () => {
  const scripted = (code: string) => start({ args: ["--eval", code] });

  test("messages that are not ours are ignored and reported once", async () => {
    const { seen } = scripted(`
      for (const bad of [null, 7, "x", {}, { type: "samples", atMs: 1, samples: [{ gpuUuid: "" }] },
        { type: "sources", sources: [{ source: "smi", state: "active", detail: "x".repeat(301) }] }]) process.send(bad);
      process.send({ type: "sources", sources: [{ source: "smi", state: "active", detail: "fine", checkedAtMs: 1 }] });
      setInterval(() => process.send({ type: "alive", atMs: 1 }), 100);`);
    await expect.poll(() => seen.sources.length, slow).toBe(1);
    expect(seen.ticks).toEqual([]);
    const warnings = seen.lines.filter(({ msg }) => msg.includes("not understood"));
    expect(warnings).toHaveLength(1);
  });

  test("a flood is cut off", async () => {
    const { seen } = scripted(`
      const samples = [${JSON.stringify({ ...expectedReadings(idle)[0]!, host: "h", recordedAtMs: 1, source: "smi" })}];
      for (let i = 0; i < 5000; i += 1) process.send({ type: "samples", atMs: 1, samples });
      setInterval(() => undefined, 1000);`);
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(0);
    await expect.poll(() => seen.ticks.length === ticksLater(seen.ticks), slow).toBe(true);
    expect(seen.ticks.length).toBeLessThan(2_500);
  });

  test("its environment holds no secret", async () => {
    process.env.DATABASE_URL = "postgres://user:secret@127.0.0.1/db";
    process.env.SOME_API_KEY = "secret";
    const { seen } = scripted(`
      const names = Object.keys(process.env).filter((name) => /DATABASE|KEY|PASSWORD|TOKEN/.test(name)).join();
      process.send({ type: "sources", sources: [{ source: "smi", state: "standby", detail: "[" + names + "]", checkedAtMs: 1 }] });
      setInterval(() => undefined, 1000);`);
    delete process.env.DATABASE_URL;
    delete process.env.SOME_API_KEY;
    await expect.poll(() => seen.sources[0]?.detail, slow).toBe("[]");
  });

  test("one that heeds no SIGTERM is killed on stop", async () => {
    const { seen, collector } = scripted(`
      process.on("SIGTERM", () => undefined);
      process.send({ type: "sources", sources: [{ source: "smi", state: "standby", detail: "up", checkedAtMs: 1 }] });
      setInterval(() => process.send({ type: "alive", atMs: 1 }), 100);`);
    await expect.poll(() => seen.sources.length, slow).toBe(1);
    await collector.stop();
    expect(collector.pid()).toBeNull();
    expect(processesWith(folder)).toEqual([]);
  });

  test("one that ends at once is started again after growing pauses, with its last words in the log only", async () => {
    const { seen } = scripted(`process.stderr.write("Error: boom"); process.exit(3);`);
    const ends = () => seen.lines.filter(({ msg }) => msg.includes("(code 3)"));
    await expect.poll(() => ends().length, slow).toBeGreaterThan(2);
    expect(ends()[0]).toMatchObject({ pauseMs: 250, errorText: "Error: boom" });
    expect(ends()[2]).toMatchObject({ pauseMs: 1_000 });
  });

  test("a program that is not there is reported and tried again", async () => {
    const { seen } = start({ command: "/nowhere/node" });
    await expect.poll(() => seen.lines.length, slow).toBeGreaterThan(1);
    expect(seen.lines[0]?.msg).toContain("ENOENT");
  });
});

/** How many ticks there were a moment ago: equal to now when they have ceased. */
const lastCounts = new WeakMap<object, { count: number; atMs: number }>();
function ticksLater(ticks: GpuSample[][]): number {
  const last = lastCounts.get(ticks);
  if (last !== undefined && performance.now() - last.atMs < 700) return -1;
  lastCounts.set(ticks, { count: ticks.length, atMs: performance.now() });
  return last?.count ?? -1;
}

describe.skipIf(!canBuildNvmlStub())("the driver's library, by its stub", () => {
  let stub: NvmlStub;
  beforeAll(() => (stub = buildNvmlStub()));
  afterAll(() => stub.remove());
  beforeEach(() => {
    stub.control();
    process.env.NVML_STUB_CONTROL = stub.controlFile;
  });
  afterEach(() => delete process.env.NVML_STUB_CONTROL);

  const startWithNvml = (options: Partial<CollectorOptions> = {}) =>
    start({
      settings: { ...settings, nvmlLibraryPath: stub.library },
      suspectPauseMs: 1_000,
      ...options,
    });
  const sourceOf = (tick: GpuSample[] | undefined) => tick?.[0]?.source;

  test("the exact values of every GPU and MIG instance, and what was set aside", async () => {
    stub.control("set 0 utilization 255", "set 1 mig_mode 1", "set 1 mig_count 1");
    const quarantined: QuarantinedValue[] = [];
    const { seen, states } = startWithNvml({ onQuarantined: (all) => quarantined.push(...all) });
    await expect.poll(() => seen.ticks.length, slow).toBeGreaterThan(1);
    const [first, second] = seen.ticks;
    expect(states()).toMatchObject({ nvml: "active", simulated: "standby" });
    expect(first?.map(({ gpuName, migProfile, source }) => [gpuName, migProfile, source])).toEqual([
      ["Stub GPU 0", null, "nvml"],
      ["Stub GPU 1", null, "nvml"],
      ["Stub GPU 1 MIG 1g.10gb", "1g.10gb", "nvml"],
    ]);
    expect(first?.[0]).toMatchObject({
      host: "test-host",
      values: { utilizationPercent: null, memoryUsedMib: 40_000, powerWatts: 350.5 },
      missing: { utilizationPercent: "impossible_value" },
    });
    expect(first?.[1]?.values).toMatchObject({ utilizationPercent: 41, fanSpeedPercent: 30 });
    expect(second?.[1]).toMatchObject({
      values: { utilizationPercent: 41, fanSpeedPercent: null },
      missing: { fanSpeedPercent: "not_sampled" },
    });
    expect(first?.[2]?.values).toMatchObject({ memoryUsedMib: 1_024, memoryTotalMib: 9_984 });
    expect(quarantined[0]).toMatchObject({
      gpuUuid: first?.[0]?.gpuUuid,
      metric: "utilizationPercent",
      source: "nvml",
      rawValue: "255",
    });
  });

  test("processes come by themselves, and again when asked for", async () => {
    stub.control(`process 0 compute ${process.pid} 1073741824`);
    const lists: GpuProcessList[][] = [];
    const { collector } = startWithNvml({ onProcesses: (all) => lists.push(all) });
    await expect.poll(() => lists.length, slow).toBe(1);
    expect(lists[0]).toHaveLength(2);
    expect(lists[0]?.[0]?.processes).toMatchObject([{ pid: process.pid, memoryUsedMib: 1_024 }]);
    stub.control();
    expect(collector.readProcesses()).toBe(true);
    // The stub looks at its file each 20 ms, so the first reading may be of before.
    const askedAgain = () => collector.readProcesses() && lists.at(-1)?.[0]?.processes;
    await expect.poll(askedAgain, slow).toEqual([]);
  });

  test.each([
    ["hangs", "hang nvmlDeviceGetUtilizationRates 30000"],
    ["crashes", "crash nvmlDeviceGetUtilizationRates"],
  ])(
    "N2: a library that %s costs the collector; the next real source takes over, and then it comes back",
    async (_what, fault) => {
      const { seen, collector, states } = startWithNvml();
      await expect.poll(() => sourceOf(seen.ticks.at(-1)), slow).toBe("nvml");
      const hung = collector.pid();
      stub.control(fault);
      await expect.poll(() => collector.pid() !== hung, slow).toBe(true);
      await expect.poll(() => sourceOf(seen.ticks.at(-1)), slow).toBe("smi");
      expect(readingsOf(seen.ticks.at(-1))).toEqual(expectedOf(idle));
      expect(states()).toMatchObject({ nvml: "unavailable", simulated: "standby" });
      stub.control();
      await expect.poll(() => sourceOf(seen.ticks.at(-1)), { timeout: 60_000 }).toBe("nvml");
      expect(seen.ticks.flat().some(({ source }) => source === "simulated")).toBe(false);
    },
    90_000,
  );
});
