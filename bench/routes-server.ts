// The server that bench/routes.ts loads: one process, Next behind a custom server, tRPC answered before it.
import { createServer } from "node:http";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import next from "next";
import { GpuHistory } from "@/domain/gpu/gpu-history";
import { adminActor } from "@/fixtures/actors";
import type { Context } from "@/server/trpc/context";
import { createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";

const [folder = "", port = "0"] = process.argv.slice(2);
const BUCKETS = 300;
const STEP_MS = 10_000;

const column = (base: number) => ({
  utilizationPercent: Array.from(
    { length: BUCKETS },
    (_, bucket) => base + Math.round((bucket % 40) * 7.3) / 10,
  ),
});

const history = GpuHistory.parse({
  fromMs: 0,
  toMs: BUCKETS * STEP_MS,
  stepMs: STEP_MS,
  pollIntervalMs: 1_000,
  simulated: false,
  stale: false,
  truncated: false,
  series: [
    {
      gpuUuid: "GPU-00000000-0000-4000-8000-000000000000",
      gpuIndex: 0,
      gpuName: "GPU",
      timesMs: Array.from({ length: BUCKETS }, (_, bucket) => bucket * STEP_MS),
      counts: Array.from({ length: BUCKETS }, () => 10),
      mean: column(40),
      min: column(30),
      max: column(50),
      sources: Array.from({ length: BUCKETS }, () => "smi"),
    },
  ],
});
// Next's bundle has its own copy of every module, but shares this object.
(globalThis as { historyAnswer?: GpuHistory }).historyAnswer = history;

const router = createTRPCRouter({
  history: viewerProcedure.output(GpuHistory).query(() => history),
  unchecked: viewerProcedure.query(() => history),
});
const trpc = createHTTPHandler({
  basePath: "/api/trpc/",
  router,
  // The procedure looks at the actor alone; no feature is behind it.
  createContext: () => ({ actor: adminActor, requestId: "bench" }) as unknown as Context,
});

const decoy = createServer(); // never listens: keeps Next's upgrade listener off the real server
const app = next({
  dev: false,
  dir: folder,
  hostname: "127.0.0.1",
  port: Number(port),
  httpServer: decoy,
});
await app.prepare();
const nextHandler = app.getRequestHandler();

createServer((req, res) => {
  if (req.url?.startsWith("/api/trpc/")) trpc(req, res);
  else if (req.url === "/rest")
    res.setHeader("content-type", "application/json").end(JSON.stringify(history));
  else void nextHandler(req, res);
}).listen(Number(port), "127.0.0.1", () => process.send?.("ready"));
