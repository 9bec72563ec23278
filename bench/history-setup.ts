import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Peer, startPrometheus, startVictoriaMetrics } from "./history-peers";

export interface HistorySetup {
  /** Of our server. */
  url: string;
  prometheus: Peer;
  victoria: Peer;
  stop(): Promise<void>;
}

const PORT = 4410;
const LOAD_LIMIT_MS = 900_000;

async function startServer(dataDir: string): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, "history-server.ts");
  const server = fork(file, [dataDir, String(PORT)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const signal = AbortSignal.timeout(LOAD_LIMIT_MS);
  await Promise.race([
    once(server, "message", { signal }),
    once(server, "exit", { signal }).then(() => {
      throw new Error("The server of the benchmark did not start.");
    }),
  ]);
  return server;
}

/** All sides with the same data, one loaded after the other. */
export async function setUpHistory(): Promise<HistorySetup> {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-bench-history-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when this runs as root
  const dataDir = path.join(folder, "postgres");
  mkdirSync(dataDir);
  const peers: Peer[] = [];
  let server: ChildProcess | null = null;
  const stop = async () => {
    for (const peer of peers) peer.stop();
    if (server?.exitCode === null) {
      server.send("stop");
      await Promise.race([
        once(server, "exit"),
        new Promise((resolve) => setTimeout(resolve, 20_000)),
      ]);
      server.kill("SIGKILL");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    console.log("Loading a day of 8 GPUs into Prometheus, VictoriaMetrics and ours: some minutes.");
    const prometheus = await startPrometheus(folder, PORT + 1);
    peers.push(prometheus);
    const victoria = await startVictoriaMetrics(folder, PORT + 2);
    peers.push(victoria);
    server = await startServer(dataDir);
    return { url: `http://127.0.0.1:${PORT}`, prometheus, victoria, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Milliseconds until the whole body was there, and the body. */
export async function timed(url: string): Promise<{ ms: number; body: Buffer }> {
  const startedAtMs = performance.now();
  const answer = await fetch(url, { headers: { "accept-encoding": "identity" } });
  const body = Buffer.from(await answer.arrayBuffer());
  const ms = performance.now() - startedAtMs;
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${body.toString().slice(0, 300)}`);
  return { ms, body };
}
