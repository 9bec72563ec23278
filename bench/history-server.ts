// The server that the history benchmarks ask: the portal's HTTP, tRPC, authorisation and store over an embedded PostgreSQL that
// holds the day of history-data.ts, written by our writer's statement, rolled up and sealed by our own jobs.
import { once } from "node:events";
import path from "node:path";
import { Registry } from "@prometheus-io/client";
import pino from "pino";
import { applyMigrations, startEmbeddedDatabase } from "@/server/database";
import { createPrisma } from "@/server/db";
import { createGpuFeature, createGpuStore, gpuReadyQueries } from "@/server/gpu";
import { createHttpServer } from "@/server/http/create-http-server";
import { createHttpMetrics } from "@/server/http/http-metrics";
import { createRestRoutes } from "@/server/http/rest-routes";
import { adminActor } from "@/fixtures/actors";
import { directClient } from "@/fixtures/route-request";
import type { Context } from "@/server/trpc/context";
import { createTrpcHandler, TRPC_PREFIX } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import { GPUS, sampleOf, SECONDS, TO_MS } from "./history-data";

const [dataDir = "", port = "0"] = process.argv.slice(2);
const SECONDS_A_STATEMENT = 125; // 1,000 samples, as the writer sends them

const logger = pino({ level: "silent" });
const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
const database = await startEmbeddedDatabase({ dataDir, log: () => undefined });
const migrations = path.resolve(import.meta.dirname, "../prisma/migrations");
await applyMigrations({ url: database.url, folder: migrations, log: () => undefined });
const prisma = createPrisma(database.url);
const store = createGpuStore(prisma);

for (let from = 0; from < SECONDS; from += SECONDS_A_STATEMENT) {
  const samples = Array.from({ length: SECONDS_A_STATEMENT * GPUS }, (_, i) =>
    sampleOf(i % GPUS, Math.min(SECONDS - 1, from + Math.floor(i / GPUS))),
  );
  await store.insertSamples(samples);
}
while ((await store.rollUp({ nowMs: TO_MS + 60_000, wholeHoursBeforeMs: 0 })).hasMore);
await store.sealDays({ beforeMs: TO_MS, signal: new AbortController().signal });
await prisma.$executeRawUnsafe("VACUUM ANALYZE"); // as autovacuum would have by the next day

const settings = { pollIntervalMs: 1_000, historyMinutes: 60 };
const feature = createGpuFeature({ store, settings, logger, registry });
const server = createHttpServer({
  routes: createRestRoutes(feature.routes),
  pages: { handle: ({ res }) => Promise.resolve(void res.end()) },
  trpc: {
    prefix: TRPC_PREFIX,
    handle: createTrpcHandler({
      router: appRouter,
      readyQueries: gpuReadyQueries,
      features: { gpu: feature.context } as unknown as Omit<Context, "requestId">,
      nowMs: Date.now,
      logger,
    }),
  },
  endpoints: [],
  forwardToNext: null,
  actorOf: () => adminActor,
  metrics: createHttpMetrics(registry),
  clientOf: () => directClient,
  watch: () => () => undefined,
  site: { publicUrl: null, isLoopbackOnly: true },
  logger,
});
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");
process.send?.("ready");
process.once("message", () => {
  void feature
    .stop()
    .then(() => prisma.$disconnect())
    .then(() => database.stop())
    .finally(() => process.exit(0));
});
