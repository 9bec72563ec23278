// The servers that bench/hot-history.ts loads, in one process: ours as it is, and on a second port the peers.
import { once } from "node:events";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { Registry } from "@prometheus-io/client";
import { initTRPC } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import next from "next";
import pino from "pino";
import { createGpuFeature, gpuReadyQueries, type GpuStore } from "@/server/gpu";
import { createHttpServer } from "@/server/http/create-http-server";
import { createHttpMetrics } from "@/server/http/http-metrics";
import { createRestRoutes } from "@/server/http/rest-routes";
import { adminActor } from "@/fixtures/actors";
import { directClient } from "@/fixtures/route-request";
import type { Context } from "@/server/trpc/context";
import { createTrpcHandler, TRPC_PREFIX } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";

const [folder = "", superjsonFile = "", port = "0"] = process.argv.slice(2);
const ourPort = Number(port);
const peerPort = ourPort + 1;

const valueAt = (bucket: number) => Math.round((bucket % 40) * 7.3) / 10;
const logger = pino({ level: "silent" });
const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);

/** One GPU's buckets, as the database would answer them. */
const store = {
  readLatest: () => Promise.resolve([]),
  readHistory: ({ gpuUuids, fromMs, toMs, stepMs }) => {
    const step = stepMs ?? 1_000;
    const timesMs = Array.from({ length: (toMs - fromMs) / step }, (_, i) => fromMs + i * step);
    const column = (base: number) => ({
      utilizationPercent: timesMs.map((_, i) => base + valueAt(i)),
    });
    const series = gpuUuids.map((gpuUuid) => ({
      gpuUuid,
      gpuIndex: 0,
      gpuName: "GPU",
      timesMs,
      counts: timesMs.map(() => 10),
      mean: column(40),
      min: column(30),
      max: column(50),
      sources: timesMs.map(() => "nvml" as const),
      knownUntilMs: toMs,
    }));
    return Promise.resolve({ series, truncated: false });
  },
} satisfies Partial<GpuStore> as unknown as GpuStore;

const feature = createGpuFeature({
  store,
  settings: { pollIntervalMs: 1_000, historyMinutes: 60 },
  logger,
  registry,
});
const shared = {
  router: appRouter,
  features: { gpu: feature.context } as unknown as Omit<Context, "requestId">,
  nowMs: Date.now,
  logger,
};
const ready = createTrpcHandler({ ...shared, readyQueries: gpuReadyQueries });
const unready = createTrpcHandler(shared);
const ours = createHttpServer({
  routes: createRestRoutes(feature.routes),
  pages: { handle: ({ res }) => Promise.resolve(void res.end()) },
  // The header is for the check alone: the same procedure without its bytes.
  trpc: {
    prefix: TRPC_PREFIX,
    handle: (exchange) => (exchange.req.headers["x-bench-unready"] ? unready : ready)(exchange),
  },
  endpoints: [],
  forwardToNext: null,
  actorOf: ({ headers }) =>
    headers["x-bench-nobody"] ? { ...adminActor, role: "public" } : adminActor,
  metrics: createHttpMetrics(registry),
  clientOf: () => directClient,
  watch: () => () => undefined,
  site: { publicUrl: null, isLoopbackOnly: true },
  logger,
});

// The peers answer the same buckets as most would write them: an array of objects. Times are numbers: a Date would only slow superjson.
const points = Array.from({ length: 300 }, (_, i) => ({
  timeMs: i * 10_000,
  mean: 40 + valueAt(i),
  min: 30 + valueAt(i),
  max: 50 + valueAt(i),
  count: 10,
}));
// Next's bundle has its own copy of every module, but shares this object.
(globalThis as { historyPoints?: unknown }).historyPoints = points;

const { default: superjson } = (await import(pathToFileURL(superjsonFile).href)) as {
  default: { serialize(value: unknown): unknown; deserialize(value: unknown): unknown };
};
const t = initTRPC.create({ transformer: superjson as never });
const peerTrpc = createHTTPHandler({
  basePath: "/api/trpc/",
  router: t.router({ history: t.procedure.query(() => points) }),
});
const decoy = createServer(); // never listens: keeps Next's upgrade listener off the real server
const app = next({
  dev: false,
  dir: folder,
  hostname: "127.0.0.1",
  port: peerPort,
  httpServer: decoy,
});
await app.prepare();
const nextHandler = app.getRequestHandler();
const peers = createServer((req, res) => {
  if (req.url?.startsWith("/api/trpc/")) peerTrpc(req, res);
  else void nextHandler(req, res);
});

ours.listen(ourPort, "127.0.0.1");
peers.listen(peerPort, "127.0.0.1");
await Promise.all([once(ours, "listening"), once(peers, "listening")]);
process.send?.("ready");
