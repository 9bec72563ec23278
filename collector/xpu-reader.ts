import type { GpuReading } from "@/domain/gpu/collector-message";
import { readXpuDevices, xpuMetricIds, xpuPropertyIds, XpuTicks } from "@/domain/gpu/xpu-csv";
import { startStallTimer } from "./stall-timer";
import type { ReaderEvents, SourceReader } from "./source-reader";
import { describeToolEnd } from "./tool-failure";
import { readToolText, runTool } from "./tool-process";

export interface XpuReaderOptions {
  /** XPU_SMI_PATH; null = xpu-smi on PATH. */
  path: string | null;
  intervalMs: number;
}

const LIMIT_MS = 30_000;
const STALL_MS = 15_000;
/** Half a second before its time a tick is taken: the program prints each second, and seconds are not exact. */
const EARLY_MS = 500;

/**
 * Reads Intel GPUs through one long-running `xpu-smi dump`, which prints a line a device each second. Its interval is left as it is:
 * the flag for it differs between releases. Unproven on hardware.
 */
export function createXpuReader(options: XpuReaderOptions): SourceReader {
  return { source: "intel", start: (events) => startRun(options, events) };
}

function startRun({ path, intervalMs }: XpuReaderOptions, events: ReaderEvents): () => void {
  const program = path ?? "xpu-smi";
  const naming = { program, setting: path === null ? null : "XPU_SMI_PATH" };
  let stopCurrent: () => void = () => undefined;

  const dump = (devices: ReturnType<typeof readXpuDevices>) => {
    const ticks = new XpuTicks(devices);
    let lastMs = -Infinity;
    const publish = (readings: GpuReading[]) => {
      stall.touch();
      const nowMs = performance.now();
      if (nowMs - lastMs < intervalMs - EARLY_MS) return;
      lastMs = nowMs;
      events.onTick(
        readings,
        `reads ${readings.length} Intel GPU${readings.length === 1 ? "" : "s"}`,
      );
    };
    const tool = runTool(
      {
        program,
        args: [
          "dump",
          "-d",
          devices.map(({ id }) => id).join(","),
          "--metrics",
          xpuMetricIds.join(","),
        ],
      },
      {
        onLine: (line) => {
          const completed = ticks.push(line);
          if (completed !== null) publish(completed);
        },
        onEnd: (end) => {
          stall.stop();
          events.onFailure(describeToolEnd(end, naming) ?? "xpu-smi ended by itself");
        },
      },
    );
    const stall = startStallTimer(STALL_MS, () => {
      tool.kill();
      events.onFailure("xpu-smi stopped answering");
    });
    stopCurrent = () => {
      stall.stop();
      tool.kill();
    };
  };

  stopCurrent = readToolText(
    { program, args: ["discovery", "--dump", xpuPropertyIds.join(",")], limitMs: LIMIT_MS },
    (end) => {
      const problem = describeToolEnd(end, naming);
      const devices = problem === null ? readXpuDevices(end.text) : [];
      if (problem !== null) events.onFailure(problem);
      else if (devices.length === 0) events.onFailure("xpu-smi found no devices");
      else dump(devices);
    },
  );
  return () => stopCurrent();
}
