import { execFileSync, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { buildNvmlStub, type NvmlStub } from "@/fixtures/nvml/build-stub";
import { startCollector } from "@/server/gpu/collector-process";
import { alternate, type Benchmark, type BenchmarkRow, median } from "./benchmark";
import type { HangAnswer, PollCostAnswer, PollCostRequest } from "./poll-cost-child";

const ROUNDS = 5;
const GPUS = 8;
const POLLS = 20_000;
const SPAWNS = 300;
const MINUTE_POLLS = 60;
const HANG_MS = 30_000;
const PEER_HANG_MS = 3_000;
const TICKS_A_SECOND = 100; // USER_HZ, in which /proc counts

/** What calls cost on a machine with a GPU, us (docs/decisions/0011). Those that nobody has measured count as 10. */
const measuredUs: Readonly<Record<string, number>> = {
  nvmlDeviceGetUtilizationRates: 2.5,
  nvmlDeviceGetMemoryInfo_v2: 11.6,
  nvmlDeviceGetMemoryInfo: 11.6,
  nvmlDeviceGetFanSpeed: 137,
  nvmlDeviceGetGraphicsRunningProcesses_v2: 4_491,
  nvmlDeviceGetPcieThroughput: 20_000,
};
const OTHER_US = 10;

function child<Answer>(request: PollCostRequest): Promise<Answer> {
  const process_ = fork(path.join(import.meta.dirname, "poll-cost-child.ts"), {
    execArgv: ["--import", "tsx"],
  });
  process_.send(request);
  return once(process_, "message").then(([answer]) => answer as Answer);
}

/** CPU of this process and of its children that have ended, us. */
function cpuWithChildren(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks * 1e6) / TICKS_A_SECOND;
}

async function cpuRow(stub: NvmlStub, smi: string): Promise<BenchmarkRow> {
  const request = {
    library: stub.library,
    control: [`count ${GPUS}`],
    polls: POLLS,
    stepMs: 1_000,
  };
  const printed = execFileSync(smi, [String(GPUS)], { encoding: "utf8" })
    .trim()
    .split("\n");
  const results = await alternate({
    rounds: ROUNDS,
    peer: async () => {
      const before = cpuWithChildren();
      for (let i = 0; i < SPAWNS; i++) spawnSync(smi, [String(GPUS)]);
      return (cpuWithChildren() - before) / SPAWNS;
    },
    ours: async () => {
      const answer = await child<PollCostAnswer>(request);
      for (const line of printed) {
        const [, uuid = "", , utilization = "", used = ""] = line.split(", ");
        const values = answer.values[uuid];
        const isEqual =
          values?.utilizationPercent === Number.parseInt(utilization) &&
          values.memoryUsedMib === Number.parseInt(used);
        if (!isEqual) throw new Error(`Both must report the same: ${line}`);
      }
      return answer.cpuMicroseconds / POLLS;
    },
  });
  return {
    what: `CPU a poll of ${GPUS} GPUs, against starting a program`,
    unit: "us",
    peer: median(results.peer),
    ours: median(results.ours),
    goal: "<= 0.01",
  };
}

async function lockRow(stub: NvmlStub): Promise<{ row: BenchmarkRow; calls: number[] }> {
  const symbols = [...stub.readLog().keys()];
  const delays = symbols.map(
    (name) => `delay ${name} ${Math.max(1, Math.round(measuredUs[name] ?? OTHER_US))}`,
  );
  const request = { library: stub.library, control: ["count 2", ...delays], polls: MINUTE_POLLS };
  const calls = [0, 0];
  const values: PollCostAnswer["values"][] = [{}, {}];
  const minute = async (side: 0 | 1, stepMs: number) => {
    const answer = await child<PollCostAnswer>({ ...request, stepMs });
    calls[side] = answer.calls;
    values[side] = answer.values;
    return answer.lockMicroseconds / 1_000;
  };
  const results = await alternate({
    rounds: ROUNDS,
    peer: () => minute(0, 60_001),
    ours: () => minute(1, 1_000),
  });
  if (JSON.stringify(values[0]) !== JSON.stringify(values[1]))
    throw new Error("Both pollers must report the same values.");
  const row: BenchmarkRow = {
    what: "time in the driver's calls a minute, 2 GPUs at 1 Hz",
    unit: "ms",
    peer: median(results.peer),
    ours: median(results.ours),
    goal: "<= 0.1",
  };
  return { row, calls };
}

/** 99th percentile of the delay of this event loop while the collector's call hangs and the collector is killed and started again. */
async function hangRow(stub: NvmlStub): Promise<BenchmarkRow> {
  const hang = "hang nvmlDeviceGetUtilizationRates";
  const peer = await child<HangAnswer>({
    ...{
      library: stub.library,
      control: ["count 1", `${hang} ${PEER_HANG_MS}`],
      polls: 1,
      stepMs: 0,
    },
  });
  process.env.NVML_STUB_CONTROL = stub.controlFile;
  stub.control();
  let ticks = 0;
  const root = path.join(import.meta.dirname, "..");
  const collector = startCollector({
    command: process.execPath,
    args: ["--import", "tsx", path.join(root, "collector/main.ts")],
    settings: {
      ...{ gpuSources: ["nvml"], hostName: "bench", nvmlLibraryPath: stub.library },
      ...{ nvidiaSmiPath: null, amdSmiPath: null, xpuSmiPath: null, gpuExporterUrls: [] },
      ...{ aiHealthUrls: [], pollIntervalMs: 1_000, httpTimeoutMs: 1_000 },
    },
    logger: { info: () => undefined, warn: () => undefined },
    onSamples: () => (ticks += 1),
    onSources: () => undefined,
  });
  try {
    while (ticks < 3) await sleep(100);
    const pid = collector.pid();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    stub.control(`${hang} ${HANG_MS}`);
    await sleep(HANG_MS);
    delay.disable();
    if (collector.pid() === pid) throw new Error("The hung collector must have been killed.");
    return {
      what: "event-loop delay p99 while a call hangs, against a poller in the same process",
      unit: "ms",
      peer: peer.delayP99Ms,
      ours: delay.percentile(99) / 1e6,
      goal: "<= 0.01",
    };
  } finally {
    await collector.stop();
    delete process.env.NVML_STUB_CONTROL;
  }
}

function buildSmi(stub: NvmlStub): string {
  const program = path.join(path.dirname(stub.library), "nvidia-smi");
  const source = path.join(import.meta.dirname, "../fixtures/nvml/smi-stub.c");
  execFileSync("gcc", ["-O2", "-o", program, source]);
  return program;
}

async function run() {
  const stub = buildNvmlStub();
  try {
    process.env.NVML_STUB_LOG = stub.logFile;
    // Once, so that the log names the functions.
    await child({ ...{ library: stub.library, control: [], polls: 1, stepMs: 0 } });
    delete process.env.NVML_STUB_LOG;
    const cpu = await cpuRow(stub, buildSmi(stub));
    const lock = await lockRow(stub);
    const hang = await hangRow(stub);
    return {
      peer: "a C program that only prints; a poller that reads everything each tick; a poller in the server's process",
      rounds: ROUNDS,
      rows: [cpu, lock.row, hang],
      checks: [
        "Utilisation and memory of every GPU equal what the program printed.",
        `Both pollers end with the same values of every metric: ${lock.calls[0] ?? 0} calls a minute against ${lock.calls[1] ?? 0}.`,
        `The collector whose call hung for ${HANG_MS / 1_000} s was killed and started again within that time.`,
      ],
      notes: [
        "No GPU and no driver: a stub library. CPU is without the driver's part; delays of calls are those that others measured, 10 us where nobody did.",
        "The peer of the first row is the cheapest possible: the real nvidia-smi also initialises the driver.",
        "CPU counts reading and building the values of all GPUs, not sending them. The peer's counts the program's own and what starting it costs.",
        `The event loop's delay includes 1 ms of its own timer; the poller in the same process hung ${PEER_HANG_MS / 1_000} s and its longest delay is shown.`,
      ],
    };
  } finally {
    stub.remove();
  }
}

export const pollCost: Benchmark = {
  name: "P6",
  title: "Poll cost: CPU, time in the driver's calls, and a call that hangs",
  run,
};
