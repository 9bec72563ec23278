import { hostname } from "node:os";
import { join } from "node:path";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import packageFile from "@/package.json" with { type: "json" };
import { createAuditFeature, createAuditReadStore } from "./audit";
import { createPrisma } from "./db";
import { holdAdvisoryLock } from "./database";
import { currentEnvironment, isLoopback, isProduction, parseSettings, type Settings } from "./env";
import { AppError, isAppError } from "./errors";
import { createGpuFeature, createGpuStore, gpuReadyQueries } from "./gpu";
import { createDatabaseProbe, HealthMonitor, healthRoutes, registerHealthMetrics } from "./health";
import { readBuiltSite } from "./http/built-site";
import { createHttpMetrics } from "./http/http-metrics";
import { createHttpServer } from "./http/create-http-server";
import { listen, type Listening } from "./http/listen";
import { metricsRoutes } from "./http/metrics-routes";
import { createRestRoutes } from "./http/rest-routes";
import type { Route } from "./http/route";
import { startNext } from "./http/start-next";
import { oidcRoutes } from "./identity";
import { createIdleFeatures } from "./idle-features";
import { createAgentStore } from "./ingest";
import { createInferenceRates, createIntake } from "./intake";
import { logger } from "./logger";
import { mcpRoutes } from "./mcp";
import { metricsRegistry } from "./metrics";
import type { Poller } from "./poller";
import { pagePolicies } from "./policy/page-policies";
import type { Declaration } from "./policy/policy";
import { assertPagesDeclared, listDeclarations } from "./policy/registry";
import { registerProcessMetrics } from "./process-metrics";
import { projectFolder } from "./project-folder";
import { createSockets, eventPolicies, registerSocketMetrics, roomPolicies } from "./realtime";
import { clientTypes, createRestApi } from "./rest-api";
import { Shutdown } from "./shutdown";
import { SampleSpool } from "./spool";
import { type Start, type OnStep, startDatabase } from "./start-database";
import { startIdentity } from "./start-identity";
import { startPoller } from "./start-poller";
import { startPressure } from "./start-pressure";
import { startTokens, tokenRoutes } from "./start-tokens";
import { createTrpcHandler, trpcAddresses } from "./trpc/handle-trpc-request";
import { appRouter } from "./trpc/root";
import { untilAborted } from "./until-aborted";

const STOP_LIMIT_MS = 9_000; // scripts/start.mjs gives up at 9.5 s
const REQUEST_GRACE_MS = 2_000;
const MIB = 1024 * 1024;

registerProcessMetrics(metricsRegistry, { version: packageFile.version });
const httpMetrics = createHttpMetrics(metricsRegistry);
const nowMs = () => Date.now();
const log = (text: string) => {
  logger.debug(text);
};

export interface RunningServer {
  url: string;
  /** Null once there is an admin. Else where the first one is made, and the file with the code that it takes. */
  setup: { url: string; codeFile: string } | null;
  /** What is known of the GPUs now, for the lines of the start. */
  readFleet: () => GpuFleet;
  /** Ends everything within 10 s. Never rejects; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts everything in order and answers when the address serves.
 * Rejects with an Error whose message is one sentence that says what to do; what had started is ended before.
 */
export async function startServer(options: {
  onStep: OnStep;
  /** Aborted: the start is given up, and what had started is ended. */
  signal?: AbortSignal;
}): Promise<RunningServer> {
  const shutdown = new Shutdown(logger);
  try {
    const settings = readSettings();
    logger.level = settings.logLevel;
    const { onStep, signal = new AbortController().signal } = options;
    signal.throwIfAborted();
    const running = await startParts(settings, { onStep, signal, shutdown });
    logger.info({ port: settings.port }, "Serving");
    return { ...running, stop: () => shutdown.run(STOP_LIMIT_MS) };
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
  const { audit, gpu, intake, pressure, tokens } = createIdleFeatures();
  await Promise.all([intake.stop(), pressure.stop()]);
  const own = [
    ...oidcRoutes(null),
    ...audit.routes,
    ...gpu.routes,
    ...pressure.routes,
    ...intake.routes,
    ...healthRoutes(undefined as never, nowMs),
    ...metricsRoutes(metricsRegistry),
    ...mcpRoutes(undefined as never),
    ...tokenRoutes({} as never),
  ];
  const routes = [...own, ...createRestApi({ ...restApi, existing: own, features: {} as never })];
  const idle = createSockets({
    feed: gpu,
    pressure,
    tokens,
    health: () => "healthy",
    watch: () => () => undefined,
    logger,
  });
  await idle.stop();
  return listDeclarations({ ...surface, routes, sockets: idle.endpoints });
}

const surface = {
  router: appRouter,
  pages: pagePolicies,
  events: eventPolicies,
  rooms: roomPolicies,
};

/** The types of `sightline/client`, written out: the build puts them beside its code. */
export const describeClient = (): string => clientTypes(appRouter);

const restApi = { router: appRouter, version: packageFile.version, nowMs };

async function startParts(settings: Settings, start: Start): Promise<Omit<RunningServer, "stop">> {
  const { onStep, signal, shutdown } = start;
  const databaseUrl = await startDatabase(settings, start);
  const prisma = createPrisma(databaseUrl);
  shutdown.add("database connections", () => prisma.$disconnect());
  const spool = await SampleSpool.open({
    folder: join(settings.dataDir, "spool"),
    maxBytes: settings.spoolMaxMib * MIB,
  });
  shutdown.add("GPU spool", () => spool.close());
  const identity = await startIdentity({ prisma, settings, logger, nowMs, shutdown });
  const { ledger, complete } = createInferenceRates(hostNameOf(settings));
  const gpu = createGpuFeature({
    store: createGpuStore(prisma),
    settings,
    retentionDays: {
      raw: settings.rawRetentionDays,
      "10s": settings.rollup10sRetentionDays,
      "1m": settings.rollup1mRetentionDays,
      "1h": settings.rollup1hRetentionDays,
    },
    spool,
    hostName: hostNameOf(settings),
    logger,
    nowMs,
    complete,
    askForProcesses: () => poller.readProcesses(),
  });
  shutdown.add("GPU writer", () => gpu.stop());
  const pressure = startPressure({
    prisma,
    databaseUrl,
    gpu,
    settings,
    logger,
    nowMs,
    shutdown,
  });
  const intake = createIntake({
    gpu,
    ledger,
    hostName: hostNameOf(settings),
    agentStore: createAgentStore(prisma),
    version: packageFile.version,
    registry: metricsRegistry,
    logger,
    nowMs,
  });
  shutdown.add("agents", () => intake.stop());
  const tokens = await startTokens({
    prisma,
    databaseUrl,
    settings,
    registry: metricsRegistry,
    logger,
    nowMs,
    shutdown,
  });
  const partitions = holdAdvisoryLock({
    url: databaseUrl,
    name: "gpu-partitions",
    onHeld: (signal) => gpu.maintainPartitions(signal),
    log,
  });
  shutdown.add("partition upkeep", () => partitions.stop());

  const monitor: HealthMonitor = new HealthMonitor({
    pingDatabase: createDatabaseProbe(prisma),
    storage: () => gpu.storageHealth(),
    sources: () => gpu.fleet().sources,
    agents: () => intake.context.ingest.agents.list().agents,
    settings,
    workers: () => [poller.worker()],
    logger,
    nowMs,
  });
  const poller: Poller = startPoller(settings, {
    databaseUrl,
    hostName: hostNameOf(settings),
    gpu,
    monitor,
  });
  shutdown.add("GPU collector", () => poller.stop());

  onStep("pages");
  const starting = startNext({
    folder: projectFolder,
    isDevelopment: !isProduction(),
    hostname: settings.host,
    port: settings.port,
  });
  const next = await untilAborted(starting, signal);
  shutdown.add("pages", () => next.stop());
  if (next.site) assertPagesDeclared(next.site, pagePolicies);

  const audit = createAuditFeature({ store: createAuditReadStore(prisma), nowMs });
  const features = {
    audit: audit.context,
    gpu: gpu.context,
    pressure: pressure.context,
    ...intake.context,
    ...tokens.context,
    identity: identity.context,
    settings: { environment: currentEnvironment() },
    system: { version: packageFile.version },
  };
  const own: Route[] = [
    ...identity.routes,
    ...audit.routes,
    ...gpu.routes,
    ...pressure.routes,
    ...intake.routes,
    ...healthRoutes(monitor, nowMs),
    ...metricsRoutes(metricsRegistry),
    ...tokens.routes,
    ...mcpRoutes({ features, version: packageFile.version, nowMs, logger }),
  ];
  const routes = [...own, ...createRestApi({ ...restApi, existing: own, features })];
  const health = () => monitor.overall();
  const feeds = { feed: gpu, pressure, tokens: tokens.feed };
  const sockets = createSockets({ ...feeds, health, watch: identity.watch, logger });
  listDeclarations({ ...surface, routes, sockets: sockets.endpoints }); // nothing undeclared is ever served
  const server = createHttpServer({
    routes: createRestRoutes(routes),
    pages: next.pages,
    trpc: {
      ...trpcAddresses,
      handle: createTrpcHandler({
        router: appRouter,
        readyQueries: gpuReadyQueries,
        features,
        nowMs,
        logger,
      }),
    },
    endpoints: sockets.endpoints,
    forwardToNext: next.forwardUpgrade,
    clientOf: identity.clientOf,
    actorOf: identity.actorOf,
    watch: identity.watch,
    metrics: httpMetrics,
    site: { publicUrl: settings.publicUrl, isLoopbackOnly: isLoopback(settings.host) },
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
    pressure.endWaits();
    for (const off of metricsOff) off();
    await Promise.all([sockets.stop(), listening?.stop(REQUEST_GRACE_MS)]);
  });

  onStep(`port ${settings.port}`);
  listening = await listen(server, { host: settings.host, port: settings.port, logger });
  await untilAborted(monitor.start(), signal);
  const { url } = listening;
  const { file: codeFile, isOpen } = identity.context.setup;
  const setupUrl = `${settings.publicUrl ?? url}/setup`;
  return {
    url,
    setup: (await isOpen()) ? { url: setupUrl, codeFile } : null,
    readFleet: () => gpu.fleet(),
  };
}

function hostNameOf({ gpuHostName }: Settings): string {
  return gpuHostName ?? hostname();
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
