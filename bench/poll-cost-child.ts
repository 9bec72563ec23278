// A process of its own for each measurement of bench/poll-cost.ts: its CPU is nobody else's, and a call may hang it.
import { monitorEventLoopDelay } from "node:perf_hooks";
import koffi from "koffi";
import { openNvmlLibrary } from "@/collector/nvml/nvml-library";
import { NvmlSession } from "@/collector/nvml/nvml-session";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { carryValues, type CarriedSample } from "@/domain/gpu/carried-values";

export interface PollCostRequest {
  library: string;
  /** Lines for the stub. */
  control: string[];
  polls: number;
  /** Between two polls, on the clock that decides what is due: 1 s for ours, more than a minute for one that reads everything. */
  stepMs: number;
}

export interface PollCostAnswer {
  cpuMicroseconds: number;
  /** Time in the library's calls. */
  lockMicroseconds: number;
  calls: number;
  /** Values of the last poll; what was not read in it has its last value. */
  values: Record<string, GpuReading["values"]>;
}

/** 99th percentile of the delay of this process's event loop, ms, while one call of the library takes its time. */
export interface HangAnswer {
  delayP99Ms: number;
}

const WARM_UP = 500;

async function open(request: Pick<PollCostRequest, "library" | "control">) {
  const stub = koffi.load(request.library);
  const control = stub.func("stub_control", "void", ["str"]) as (text: string) => void;
  const totals = stub.func("stub_totals", "void", ["void *", "void *"]) as (
    nanoseconds: Float64Array,
    calls: Float64Array,
  ) => void;
  control(["reset", ...request.control.filter((line) => line.startsWith("count"))].join("\n"));
  const library = await openNvmlLibrary(request.library);
  const session = new NvmlSession({ library, intervalMs: 1_000, nowMs: Date.now });
  await session.initialise();
  return { session, control, totals };
}

async function measure(request: PollCostRequest): Promise<PollCostAnswer> {
  const { session, control, totals } = await open(request);
  const hasDelays = request.control.some((line) => line.startsWith("delay"));
  let nowMs = 0;
  const carried = new Map<string, CarriedSample>();
  const poll = () => {
    const { readings } = session.poll(nowMs);
    nowMs += request.stepMs;
    return readings;
  };
  const keep = (readings: GpuReading[]) => {
    for (const reading of readings) {
      const sample = { ...reading, host: "h", recordedAtMs: nowMs, source: "nvml" as const };
      carried.set(reading.gpuUuid, carryValues(carried.get(reading.gpuUuid) ?? null, sample));
    }
  };
  // With delays every poll is dear, and nothing needs to be warm: one reading of everything begins, as a start does.
  for (let i = 0; i < (hasDelays ? 1 : WARM_UP); i++) keep(poll());
  control(request.control.join("\n"));
  const [nanoseconds, calls] = [new Float64Array(1), new Float64Array(1)];
  totals(nanoseconds, calls);
  const before = { lockNs: nanoseconds[0] ?? 0, calls: calls[0] ?? 0, cpu: process.cpuUsage() };
  let last: GpuReading[] = [];
  for (let i = 0; i < request.polls; i++) {
    last = poll();
    if (hasDelays) keep(last);
  }
  const cpu = process.cpuUsage(before.cpu);
  totals(nanoseconds, calls);
  keep(last);
  return {
    cpuMicroseconds: cpu.user + cpu.system,
    lockMicroseconds: ((nanoseconds[0] ?? 0) - before.lockNs) / 1_000,
    calls: (calls[0] ?? 0) - before.calls,
    values: Object.fromEntries([...carried].map(([uuid, { sample }]) => [uuid, sample.values])),
  };
}

/** A poller in the server's own process: what its event loop feels. */
async function measureHang(request: PollCostRequest): Promise<HangAnswer> {
  const { session, control } = await open(request);
  session.poll(0);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 200));
  control(request.control.join("\n"));
  session.poll(1_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  return { delayP99Ms: delay.max / 1e6 };
}

process.once("message", (message: PollCostRequest) => {
  const isHang = message.control.some((line) => line.startsWith("hang"));
  void (isHang ? measureHang(message) : measure(message)).then((answer) => {
    process.send?.(answer, () => process.exit(0));
  });
});
