import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GpuSample } from "@/domain/gpu/gpu-sample";
import { settingsTable } from "@/server/env";
import { newDataDir, onCleanUp, processTree } from "../process/portal-process";

const root = path.resolve(import.meta.dirname, "../..");
const standIn = path.join(root, "fixtures/nvidia-smi/stand-in.mjs");

export interface AgentOptions {
  portalUrl: string;
  keyFile: string;
  host: string;
  gpuUuids: readonly string[];
  /** Of an agent before, to go on with what it left. */
  dataDir?: string;
}

/** What the agent reads: the stand-in for nvidia-smi with GPUs of its own, whose values change all the time. */
function writeControl(dataDir: string, gpuUuids: readonly string[]): string {
  const file = path.join(dataDir, "control.json");
  let turn = 0;
  const write = () => {
    turn++;
    const gpus = gpuUuids.map((uuid, i) => ({
      capture: "h200",
      state: "load",
      override: { uuid, "temperature.gpu": 30 + ((7 * turn + i) % 50) },
    }));
    writeFileSync(file, JSON.stringify({ gpus }));
  };
  write();
  const timer = setInterval(write, 300);
  onCleanUp(() => {
    clearInterval(timer);
  });
  return file;
}

function cleanEnvironment(): Record<string, string | undefined> {
  const names = new Set(settingsTable.map((setting) => setting.name));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}

/** `npm run agent`, without npm, five times a second. Its log of samples says what it has read. */
export function startAgentProcess(options: AgentOptions) {
  const dataDir = options.dataDir ?? newDataDir();
  const envFile = path.join(dataDir, "env");
  writeFileSync(envFile, "");
  const samplesLog = path.join(dataDir, "samples.jsonl");
  const child = spawn(
    process.execPath,
    [
      "scripts/agent.mjs",
      ...["--env", envFile, "--portal", options.portalUrl, "--key-file", options.keyFile],
      ...["--host", options.host, "--data-dir", dataDir, "--samples-log", samplesLog],
    ],
    {
      cwd: root,
      env: {
        ...cleanEnvironment(),
        NODE_ENV: "production",
        GPU_SOURCES: "smi",
        GPU_POLL_INTERVAL_SECONDS: "0.2",
        NVIDIA_SMI_PATH: standIn,
        STAND_IN_CONTROL: writeControl(dataDir, options.gpuUuids),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  const exit = new Promise<number | string | null>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  onCleanUp(async () => {
    for (const { pid } of processTree(child.pid ?? 0)) process.kill(pid, "SIGKILL");
    await exit;
  });
  return {
    child,
    dataDir,
    host: options.host,
    gpuUuids: options.gpuUuids,
    output: () => output,
    /** Exit code, or the name of the signal. */
    ended: (limitMs: number) =>
      Promise.race([exit, sleep(limitMs, "still running", { ref: false })]),
    /** Every sample that this agent, and those before it in this folder, have put on disk to be sent. */
    readSamples: () => readSamplesLog(samplesLog),
  };
}

export type AgentProcess = ReturnType<typeof startAgentProcess>;

/** Each sample once: the log may hold one twice, and ends in half a line when its writer was killed. */
function readSamplesLog(file: string): GpuSample[] {
  if (!existsSync(file)) return [];
  const samples = new Map<string, GpuSample>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    try {
      const sample = GpuSample.parse(JSON.parse(line));
      samples.set(`${sample.gpuUuid} ${sample.recordedAtMs}`, sample);
    } catch {
      // Cut off: it is written again before it is sent.
    }
  }
  return [...samples.values()];
}
