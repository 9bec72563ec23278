import { join } from "node:path";
import { Registry } from "@prometheus-io/client";
import packageFile from "@/package.json" with { type: "json" };
import { createPrisma } from "./db";
import { applyMigrations, holdAdvisoryLock, startEmbeddedDatabase } from "./database";
import { currentEnvironment, isLoopback, isProduction, parseSettings, type Settings } from "./env";
import { AppError, isAppError } from "./errors";
import {
  createGpuFeature,
  createGpuStore,
  type GpuFeature,
  type GpuStore,
  startCollector,
} from "./gpu";
import { createDatabaseProbe, HealthMonitor, healthRoutes, registerHealthMetrics } from "./health";
import { readBuiltSite } from "./http/built-site";
import { createHttpMetrics } from "./http/http-metrics";
import { createHttpServer } from "./http/create-http-server";
import { listen, type Listening } from "./http/listen";
import { metricsRoutes } from "./http/metrics-routes";
import { createRestRoutes } from "./http/rest-routes";
import type { Route } from "./http/route";
import { startNext } from "./http/start-next";
import { logger } from "./logger";
import { metricsRegistry } from "./metrics";
import { createPoller, type Poller } from "./poller";
import { pagePolicies } from "./policy/page-policies";
import { type Declaration, unprotectedActor } from "./policy/policy";
import { assertPagesDeclared, listDeclarations } from "./policy/registry";
import { registerProcessMetrics } from "./process-metrics";
import { collectorCommand, projectFolder } from "./project-folder";
import { createSockets, eventPolicies, registerSocketMetrics, roomPolicies } from "./realtime";
import { Shutdown } from "./shutdown";
import { createTrpcHandler, TRPC_PREFIX } from "./trpc/handle-trpc-request";
import { appRouter } from "./trpc/root";

const STOP_LIMIT_MS = 9_000; // scripts/start.mjs gives up at 9.5 s
const REQUEST_GRACE_MS = 2_000;

registerProcessMetrics(metricsRegistry, { version: packageFile.version });
const httpMetrics = createHttpMetrics(metricsRegistry);
const nowMs = () => Date.now();
const log = (text: string) => {
  logger.debug(text);
};

/** Called with the name of a step at its begin; what it answers ends the step with a detail. */
type OnStep = (name: string) => ((detail?: string) => void) | undefined;

export interface RunningServer {
  url: string;
  /** Ends everything within 10 s. Never rejects; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts everything in order and answers when the address serves.
 * Rejects with an Error whose message is one sentence that says what to do; what had started is ended before.
 */
export async function startServer(options: { onStep: OnStep }): Promise<RunningServer> {
  const shutdown = new Shutdown(logger);
  try {
    const settings = readSettings();
    logger.level = settings.logLevel;
    const url = await startParts(settings, { ...options, shutdown });
    logger.info({ port: settings.port }, "Serving");
    return { url, stop: () => shutdown.run(STOP_LIMIT_MS) };
  } catch (error) {
    await shutdown.run(STOP_LIMIT_MS);
    throw startProblem(error);
  }
}

/** Every procedure, route, page, socket, event and room with its policy. Throws when one has none: the build calls it. */
export async function listPolicies(): Promise<Declaration[]> {
  const site = await readBuiltSite(join(projectFolder, ".next")).catch(() => null);
  if (site) assertPagesDeclared(site, pagePolicies);
  // The addresses are listed and no handler runs, so nothing behind them is needed.
  const gpu = idleGpuFeature();
  const routes = [
    ...gpu.routes,
    ...healthRoutes(undefined as never, nowMs),
    ...metricsRoutes(metricsRegistry),
  ];
  const idle = createSockets({ feed: gpu, health: () => "healthy", logger });
  await idle.stop();
  return listDeclarations({ ...surface, routes, sockets: idle.endpoints });
}

function idleGpuFeature(): GpuFeature {
  return createGpuFeature({
    store: { readLatest: () => Promise.resolve([]) } as unknown as GpuStore,
    settings: { pollIntervalMs: 1_000, historyMinutes: 1 },
    logger,
    registry: new Registry(Registry.OPENMETRICS_CONTENT_TYPE),
  });
}

const surface = {
  router: appRouter,
  pages: pagePolicies,
  events: eventPolicies,
  rooms: roomPolicies,
};

interface Start {
  onStep: OnStep;
  shutdown: Shutdown;
}

async function startParts(settings: Settings, { onStep, shutdown }: Start): Promise<string> {
  const databaseUrl = await startDatabase(settings, { onStep, shutdown });
  const prisma = createPrisma(databaseUrl);
  shutdown.add("database connections", () => prisma.$disconnect());
  const gpu = createGpuFeature({ store: createGpuStore(prisma), settings, logger, nowMs });
  shutdown.add("GPU writer", () => gpu.stop());
  const partitions = holdAdvisoryLock({
    url: databaseUrl,
    name: "gpu-partitions",
    onHeld: (signal) => gpu.maintainPartitions(signal),
    log,
  });
  shutdown.add("partition upkeep", () => partitions.stop());

  const monitor: HealthMonitor = new HealthMonitor({
    pingDatabase: createDatabaseProbe(prisma),
    sources: () => gpu.fleet().sources,
    settings,
    workers: () => [poller.worker()],
    logger,
    nowMs,
  });
  const poller: Poller = startPoller(settings, { databaseUrl, gpu, monitor });
  shutdown.add("GPU collector", () => poller.stop());

  onStep("pages");
  const next = await startNext({
    folder: projectFolder,
    isDevelopment: !isProduction(),
    hostname: settings.host,
    port: settings.port,
  });
  shutdown.add("pages", () => next.stop());
  if (next.site) assertPagesDeclared(next.site, pagePolicies);

  const routes: Route[] = [
    ...gpu.routes,
    ...healthRoutes(monitor, nowMs),
    ...metricsRoutes(metricsRegistry),
  ];
  const sockets = createSockets({ feed: gpu, health: () => monitor.overall(), logger });
  listDeclarations({ ...surface, routes, sockets: sockets.endpoints }); // nothing undeclared is ever served
  const isLoopbackOnly = isLoopback(settings.host) && !settings.allowUnprotected;
  const server = createHttpServer({
    routes: createRestRoutes(routes),
    pages: next.pages,
    trpc: {
      prefix: TRPC_PREFIX,
      handle: createTrpcHandler({
        router: appRouter,
        features: {
          gpu: gpu.context,
          system: { version: packageFile.version, isLoopbackOnly },
        },
        nowMs,
        logger,
      }),
    },
    endpoints: sockets.endpoints,
    forwardToNext: next.forwardUpgrade,
    actorOf: () => unprotectedActor, // until users exist
    metrics: httpMetrics,
    isLoopbackOnly,
    logger,
  });
  const metricsOff = [
    registerHealthMetrics(metricsRegistry, monitor),
    registerSocketMetrics(metricsRegistry, sockets),
  ];
  let listening: Listening | null = null;
  // The first to end: not ready, sockets told to come back, running requests finished.
  shutdown.add("http server", async () => {
    monitor.stop();
    for (const off of metricsOff) off();
    await Promise.all([sockets.stop(), listening?.stop(REQUEST_GRACE_MS)]);
  });

  onStep(`port ${settings.port}`);
  listening = await listen(server, { host: settings.host, port: settings.port, logger });
  await monitor.start();
  return listening.url;
}

function startPoller(
  settings: Settings,
  parts: { databaseUrl: string; gpu: GpuFeature; monitor: HealthMonitor },
): Poller {
  const { databaseUrl, gpu, monitor } = parts;
  return createPoller({
    databaseUrl,
    startCollector: () =>
      startCollector({
        ...collectorCommand,
        settings,
        logger,
        onSamples: (samples) => {
          gpu.acceptSamples(samples);
        },
        onSources: (sources) => {
          gpu.acceptSources(sources);
        },
      }),
    isDatabaseHealthy: () => monitor.lastServices()?.database.status === "healthy",
    onRestart: () => {
      monitor.recordRestart("gpu_collector", "The collector was started again.");
    },
    onFollow: (isFollower) => {
      gpu.follow(isFollower);
    },
    logger,
  });
}

async function startDatabase(settings: Settings, { onStep, shutdown }: Start): Promise<string> {
  let url = settings.databaseUrl;
  if (url === null) {
    onStep("database");
    const database = await startEmbeddedDatabase({
      dataDir: settings.dataDir,
      log: (text) => {
        logger.warn({ part: "database" }, text); // PostgreSQL speaks of warnings and worse only
      },
    });
    shutdown.add("database", () => database.stop());
    url = database.url;
  }
  const done = onStep("migrations");
  const folder = join(projectFolder, "prisma", "migrations");
  const applied = await applyMigrations({ url, folder, log });
  done?.(applied.length === 0 ? "up to date" : `${applied.length} applied`);
  return url;
}

function readSettings(): Settings {
  const parsed = parseSettings(currentEnvironment());
  if (parsed.ok) return parsed.settings;
  const sentences = parsed.problems.map(
    ({ name, problem, allowed }) => `${name} ${problem} (allowed: ${allowed})`,
  );
  throw new AppError("INVALID", `${sentences.join("; ")}.`);
}

function startProblem(error: unknown): Error {
  if (isAppError(error)) return new Error(error.message, { cause: error });
  logger.debug({ err: error }, "The start failed");
  const [line] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return new Error(`The server could not start: ${line ?? "unknown reason"}`, { cause: error });
}
