import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import autocannon from "autocannon";
import { alternate, type Benchmark, median } from "./benchmark";
import { buildPeerApp } from "./build-peer-app";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 16;
const PORT = 4790;

async function load(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: not every answer was good.`);
  return result.requests.average;
}

/** The same history from our side: as our procedures are, without the check of the answer, and before tRPC. */
const ours = [
  { what: "a tRPC procedure, as we write them", path: "/api/trpc/history" },
  { what: "a tRPC procedure without .output()", path: "/api/trpc/unchecked" },
  { what: "a REST route of our server", path: "/rest" },
] as const;

async function readHistory(url: string): Promise<string> {
  const answer = (await (await fetch(url)).json()) as { result?: { data: unknown } };
  return JSON.stringify(answer.result?.data ?? answer);
}

async function run() {
  const app = buildPeerApp("bench-route-app", {
    "app/api/history/route.js":
      'export const dynamic = "force-dynamic";\nexport function GET() {\n  return Response.json(globalThis.historyAnswer);\n}\n',
  });
  const server = fork(path.join(import.meta.dirname, "routes-server.ts"), [app, String(PORT)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  try {
    await once(server, "message");
    const base = `http://127.0.0.1:${PORT}`;
    const peerUrl = `${base}/api/history`;
    const expected = await readHistory(peerUrl);
    const rows = [];
    for (const { what, path: address } of ours) {
      if ((await readHistory(base + address)) !== expected)
        throw new Error(`${address} answers another history than the peer.`);
      const results = await alternate({
        rounds: ROUNDS,
        peer: () => load(peerUrl),
        ours: () => load(base + address),
      });
      rows.push({
        what,
        unit: "requests/s",
        peer: median(results.peer),
        ours: median(results.ours),
        goal: null,
      });
    }
    return {
      peer: "a Next route handler in the same process, behind the same kind of HTTP server",
      rounds: ROUNDS,
      rows,
      checks: ["All answered the same history, and every answer had status 200."],
      notes: [
        `A history of 300 buckets of one value, ${expected.length} bytes of JSON, serialised for each request.`,
        `${CONNECTIONS} connections, ${SECONDS} s a round; the client ran on the same machine.`,
        "Our procedures also check the caller's right, and with .output() validate the whole answer.",
      ],
    };
  } finally {
    server.kill("SIGKILL");
  }
}

export const routes: Benchmark = {
  name: "routes",
  title: "A tRPC procedure on our server against a Next route handler (decision 0001)",
  run,
};
