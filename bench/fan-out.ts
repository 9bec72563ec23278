import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { alternate, type Benchmark, median } from "./benchmark";

const CLIENTS = 2_000;
const SECONDS = 10;
const ROUNDS = 5;
const POLL_MS = 200;
const OURS_PORT = 4791;
const PEER_PORT = 4792;
const CLOCK_TICKS_PER_SECOND = 100;
const root = path.resolve(import.meta.dirname, "..");

interface ClientReport {
  messages: number;
  bytes: number;
  fewest: number;
  most: number;
}

/** CPU seconds of one process so far, user and system, from the kernel. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU microseconds per delivered message: what the server used with clients, less what it used without. */
async function measure(url: string, pid: number) {
  const idleStart = cpuSeconds(pid);
  await wait((SECONDS * 1000) / 2);
  const idlePerSecond = (cpuSeconds(pid) - idleStart) / (SECONDS / 2);

  const client = fork(path.join(import.meta.dirname, "fan-out-client.ts"), [url, String(CLIENTS)], {
    execArgv: ["--import", "tsx"],
  });
  await once(client, "message"); // all are connected
  const start = cpuSeconds(pid);
  client.send("count");
  await wait(SECONDS * 1000);
  client.send("report");
  const [report] = (await once(client, "message")) as [ClientReport];
  const used = cpuSeconds(pid) - start - idlePerSecond * SECONDS;
  client.kill("SIGKILL");
  await once(client, "exit");
  if (report.fewest === 0 || report.most - report.fewest > 4)
    throw new Error(
      `Clients got between ${report.fewest} and ${report.most} messages: some were lost.`,
    );
  return {
    microsecondsPerMessage: (used * 1e6) / report.messages,
    bytesPerMessage: report.bytes / report.messages,
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function startOurs(dataDir: string): ChildProcess {
  return spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      LOG_LEVEL: "error",
      PORT: String(OURS_PORT),
      DATA_DIR: dataDir,
      GPU_SOURCES: "simulated",
      GPU_POLL_INTERVAL_SECONDS: String(POLL_MS / 1000),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function run() {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sightline-bench-"));
  chmodSync(dataDir, 0o755); // the database may run as another user, who must pass through here
  const ours = startOurs(dataDir);
  while (!(await isReady(`http://127.0.0.1:${OURS_PORT}/ready`))) {
    if (ours.exitCode !== null) throw new Error("The portal did not start.");
    await wait(200);
  }
  const sample = ["--import", "tsx"];
  const peer = fork(
    path.join(import.meta.dirname, "fan-out-peer.ts"),
    [String(PEER_PORT), String(POLL_MS), `ws://127.0.0.1:${OURS_PORT}/ws/system`],
    { execArgv: sample },
  );
  try {
    await once(peer, "message");
    const [peerPid, oursPid] = [peer.pid ?? 0, ours.pid ?? 0];
    const results = await alternate({
      rounds: ROUNDS,
      peer: () => measure(`ws://127.0.0.1:${PEER_PORT}/`, peerPid),
      ours: () => measure(`ws://127.0.0.1:${OURS_PORT}/ws/system`, oursPid),
    });
    const of = (side: "peer" | "ours", key: "microsecondsPerMessage" | "bytesPerMessage") =>
      median(results[side].map((round) => round[key]));
    return {
      peer: "a plain ws loop: one JSON text a tick, sent to each client in turn",
      rounds: ROUNDS,
      rows: [
        {
          what: "CPU of the server for a delivered message",
          unit: "us",
          peer: of("peer", "microsecondsPerMessage"),
          ours: of("ours", "microsecondsPerMessage"),
          goal: "<= 0.8" as const,
        },
        {
          what: "size of a message",
          unit: "bytes",
          peer: of("peer", "bytesPerMessage"),
          ours: of("ours", "bytesPerMessage"),
          goal: null,
        },
      ],
      checks: [`${CLIENTS} clients each got every message of the time that was measured.`],
      notes: [
        `/ws/system, ${CLIENTS} clients, one tick every ${POLL_MS} ms, ${SECONDS} s a round, clients on the same machine.`,
        "The portal's own work without clients (polling, storing) is measured before each round and taken off.",
      ],
    };
  } finally {
    peer.kill("SIGKILL");
    ours.kill("SIGTERM");
    await once(ours, "exit");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const fanOut: Benchmark = {
  name: "P7",
  title: "Fan-out: 2,000 sockets on /ws/system against a plain ws loop",
  run,
};
