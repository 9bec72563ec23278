import { execFile, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { alternate, type Benchmark, type BenchmarkRow, median } from "./benchmark";
import { buildPeerApp } from "./build-peer-app";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 16;
const PORT = 4420;
const SUPERJSON = "superjson@2.2.6";
const root = path.resolve(import.meta.dirname, "..");
const run = promisify(execFile);

/** Requests a second of wrk; throws when an answer was not good, or wrk is missing. */
async function load(url: string): Promise<number> {
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "--timeout", "10s", url];
  const { stdout } = await run("wrk", args).catch((error: unknown) => {
    const message = "This benchmark needs wrk. Install it: apt-get install wrk";
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? new Error(message) : error;
  });
  if (/Non-2xx|Socket errors/.test(stdout))
    throw new Error(`${url}: not every answer was good: ${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** The peer's transformer, which the product does not use: in a folder of its own. */
function installSuperjson(): string {
  const folder = path.join(root, "artifacts", "bench-superjson");
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", [...args, SUPERJSON], { stdio: "ignore", timeout: 120_000 });
  return path.join(folder, "node_modules/superjson/dist/index.js");
}

const input = {
  gpuUuids: ["GPU-00000000-0000-4000-8000-000000000000"],
  metrics: ["utilizationPercent"],
  fromMs: 0,
  toMs: 3_000_000,
  stepMs: 10_000,
};
const ourUrl = `http://127.0.0.1:${PORT}/api/trpc/gpu.history?input=${encodeURIComponent(JSON.stringify(input))}`;
const peerBase = `http://127.0.0.1:${PORT + 1}`;

async function textOf(url: string, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(url, { headers: { "accept-encoding": "identity", ...headers } })).text();
}

/** Each identity gets what the procedure itself answers it. Throws when bytes differ. */
async function checkBodies(): Promise<string[]> {
  const identities: [string, Record<string, string>][] = [
    ["who may ask", {}],
    ["who may not", { "x-bench-nobody": "1" }],
  ];
  for (const [who, headers] of identities) {
    const id = { "x-request-id": "bench" };
    const uncached = await textOf(ourUrl, { ...headers, ...id, "x-bench-unready": "1" });
    for (let i = 0; i < 2; i++) {
      const cached = await textOf(ourUrl, { ...headers, ...id });
      if (cached !== uncached) throw new Error(`The bytes for ${who} are not the procedure's.`);
    }
  }
  const refused = await fetch(ourUrl, { headers: { "x-bench-nobody": "1" } });
  if (refused.status !== 403) throw new Error("Who may not ask was not refused.");
  return [
    "The bytes equal, one by one, what the same procedure answers without them, for who may ask and who may not; the latter with 403.",
  ];
}

async function measure() {
  const app = buildPeerApp("bench-hot-app", {
    "app/api/history/route.js":
      'export const dynamic = "force-dynamic";\nexport function GET() {\n  return Response.json(globalThis.historyPoints);\n}\n',
  });
  const file = path.join(import.meta.dirname, "hot-history-server.ts");
  const server = fork(file, [app, installSuperjson(), String(PORT)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  try {
    await once(server, "message", { signal: AbortSignal.timeout(60_000) });
    const checks = await checkBodies();
    const peers = [
      { what: "tRPC + superjson", url: `${peerBase}/api/trpc/history`, goal: ">= 10" },
      { what: "a Next route handler", url: `${peerBase}/api/history`, goal: ">= 8" },
    ] as const;
    const rows: BenchmarkRow[] = [];
    for (const { what, url, goal } of peers) {
      const results = await alternate({
        rounds: ROUNDS,
        peer: () => load(url),
        ours: () => load(ourUrl),
      });
      rows.push({
        what: `hot gpu.history against ${what}`,
        unit: "requests/s",
        peer: median(results.peer),
        ours: median(results.ours),
        goal,
      });
    }
    const sizes = await Promise.all(
      [ourUrl, ...peers.map(({ url }) => url)].map(async (url) => (await textOf(url)).length),
    );
    return {
      peer: `${SUPERJSON} with tRPC, and a Next route handler, in the same process`,
      rounds: ROUNDS,
      rows,
      checks,
      notes: [
        `300 buckets. Ours in columns ${sizes[0]} bytes; tRPC + superjson ${sizes[1]} and Next ${sizes[2]} bytes, arrays of objects.`,
        `wrk, ${CONNECTIONS} connections, ${SECONDS} s a round, on the same machine.`,
        "Ours is the whole request listener: limits, security headers, request id, metrics and the check of the caller's right.",
      ],
    };
  } finally {
    server.kill("SIGKILL");
  }
}

export const hotHistory: Benchmark = {
  name: "P9",
  title: "Hot history against tRPC + superjson and a Next route handler",
  run: measure,
};
