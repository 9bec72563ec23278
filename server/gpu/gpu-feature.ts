import { hostname } from "node:os";
import type { Registry } from "@prometheus-io/client";
import type { Logger } from "pino";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import type { SourceStatus } from "@/domain/gpu/source-status";
import type { GpuTick, SourceChange } from "@/domain/realtime/realtime-events";
import type { Route } from "@/server/http/route";
import type { StoredSamples } from "@/server/ingest";
import { metricsRegistry } from "@/server/metrics";
import type { SampleSpool } from "@/server/spool";
import { assembleFleet } from "./assemble-fleet";
import type { RetentionDays } from "./clean-up";
import { cleanUpRoutes } from "./clean-up-routes";
import { countQuarantined, noQuarantined } from "./count-quarantined";
import { createAdmission } from "./create-admission";
import { createMaintenance } from "./create-maintenance";
import { createDatabaseGuard } from "./database-guard";
import { followedSources } from "./followed-sources";
import type { GpuRouterContext } from "./gpu-context";
import { registerGpuMetrics } from "./gpu-metrics";
import { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import { createListeners } from "@/server/listeners";
import { ProcessesMemory } from "./processes-memory";
import { processesRoutes } from "./processes-routes";
import { PortalFollower } from "./portal-follower";
import { QuarantinedMemory } from "./quarantined-memory";
import { createStateReports } from "./report-state";
import { gpuRoutes } from "./routes";
import { SampleWriter } from "./sample-writer";
import { type StorageHealth, storageHealth } from "./storage-health";
import { storedWithin } from "./stored-within";
import { tickOf } from "./tick-of";

const READ_LIMIT_MS = 2_000;
const STOP_LIMIT_MS = 5_000;
const DAY_MS = 86_400_000;
/** As GPU_RAW_RETENTION_DAYS is unless it is set. */
const RAW_RETENTION_DAYS = 30;
/** Shorter than an agent waits. */
const STORE_LIMIT_MS = 10_000;

export interface GpuFeatureOptions {
  store: GpuStore;
  settings: { pollIntervalMs: number; historyMinutes: number };
  logger: Pick<Logger, "info" | "warn">;
  /** This machine, as its collector names it; without it the system's name. */
  hostName?: string;
  /** How many days each level is kept; without it nothing is dropped. */
  retentionDays?: RetentionDays;
  /** Where samples wait while the database is away; without it in memory. Closing it is the caller's. */
  spool?: SampleSpool;
  nowMs?: () => number;
  registry?: Registry;
  /** Asks the collector for the processes on the GPUs; false when none runs here. */
  askForProcesses?: () => boolean;
  /** Adds what is known of new samples from elsewhere than their source. */
  complete?: (samples: readonly GpuSample[], fleet: GpuFleet) => readonly GpuSample[];
}

/** All of the portal that knows GPUs; server/main.ts joins it to the collector and the sockets. */
export interface GpuFeature {
  context: GpuRouterContext;
  routes: Route[];
  /** Samples of this portal's own collector. */
  acceptSamples(samples: readonly GpuSample[]): void;
  /** Samples of other hosts, some of them late. Resolves when they are stored; rejects when they could not be. */
  storeSamples(samples: readonly GpuSample[]): Promise<StoredSamples>;
  acceptSources(sources: readonly SourceStatus[]): void;
  acceptProcesses(lists: readonly GpuProcessList[]): void;
  /** Of other hosts, which cannot be asked. */
  acceptRemoteProcesses(lists: readonly GpuProcessList[]): void;
  acceptQuarantined(values: readonly QuarantinedValue[]): void;
  onTick(listener: (tick: GpuTick) => void): () => void;
  onSources(listener: (change: SourceChange) => void): () => void;
  fleet(): GpuFleet;
  storageHealth(): StorageHealth;
  /**
   * True while another portal, which holds the lock "gpu-poller", runs the collector: then this one follows what that one
   * stores. Neither until it is told. Starting and stopping the collector is the caller's.
   */
  follow(isFollower: boolean): void;
  /** To be run under the lock "gpu-partitions": makes partitions ahead of need and drops old ones, until aborted. */
  maintainPartitions(signal: AbortSignal): Promise<void>;
  /** Writes what waits, for at most 5 s. */
  stop(): Promise<void>;
}

/** It works at once; the last values of before the start come into memory as soon as the database gives them. */
export function createGpuFeature(options: GpuFeatureOptions): GpuFeature {
  const { store, logger, nowMs = Date.now } = options;
  const { pollIntervalMs, historyMinutes } = options.settings;
  const historyMs = historyMinutes * 60_000;
  const ring = new GpuRing({ historyMs, nowMs });
  const ticks = createListeners<GpuTick>(logger);
  const sourceChanges = createListeners<SourceChange>(logger);
  const quarantined = noQuarantined();
  let sources: SourceStatus[] = [];
  let sequence = 0;

  const report = createStateReports(logger);
  const guard = createDatabaseGuard({
    limitMs: READ_LIMIT_MS,
    onStateChange: report("Reading GPU samples"),
  });
  const writer = new SampleWriter({
    store,
    spool: options.spool ?? null,
    onStateChange: report("Storing GPU samples"),
    onSpoolStateChange: report("Putting GPU samples on disk"),
  });
  const rawRetentionMs = (options.retentionDays?.raw ?? RAW_RETENTION_DAYS) * DAY_MS;
  const { admit, refused } = createAdmission({ ring, logger, nowMs, rawRetentionMs });

  const fleet = (): GpuFleet => {
    const now = assembleFleet({ newest: ring.newest(), sources, pollIntervalMs, nowMs: nowMs() });
    return follower.isFollowing ? { ...now, sources: followedSources(now.gpus) } : now;
  };

  const complete = (samples: readonly GpuSample[]) =>
    options.complete?.(samples, fleet()) ?? samples;

  function sendTick(samples: readonly GpuSample[]): void {
    const next = { sequence: sequence + 1, serverTimeMs: nowMs(), pollIntervalMs };
    const tick = tickOf(samples, next);
    if (!tick) return;
    sequence = tick.sequence;
    ticks.send(tick);
  }

  /** The newest stored sample of each GPU, of which nothing newer is known yet: stale values rather than none. */
  async function remember(): Promise<void> {
    const newest = await guard(() => store.readLatest({ sinceMs: nowMs() - historyMs }));
    admit(newest.filter(({ gpuUuid }) => ring.newestOf(gpuUuid) === null));
  }
  const remembering = remember().catch(() => undefined); // the guard reports it

  const sendSources = (now: SourceStatus[]) =>
    sourceChanges.send({ sources: now, serverTimeMs: nowMs() });
  const follower: PortalFollower = new PortalFollower({
    store,
    ring,
    historyMs,
    pollIntervalMs,
    nowMs,
    onSamples: (samples) => sendTick(admit(samples).admitted),
    onOldSamples: admit,
    sources: () => fleet().sources,
    onSources: sendSources,
    onStateChange: report("Following GPU samples"),
  });

  const { cleanUp, partitionJob } = createMaintenance({
    store,
    retentionDays: options.retentionDays,
    logger,
    report,
    nowMs,
  });
  const processes = new ProcessesMemory({ ask: options.askForProcesses ?? (() => false), nowMs });
  const quarantinedValues = new QuarantinedMemory();
  const context: GpuRouterContext = {
    processes,
    quarantined: quarantinedValues,
    readFleet: fleet,
    ring,
    store,
    guard,
    cleanUp,
    pollIntervalMs,
    hostName: options.hostName ?? hostname(),
    tickSequence: () => sequence,
    nowMs,
  };
  const unregisterMetrics = registerGpuMetrics({
    registry: options.registry ?? metricsRegistry,
    readFleet: fleet,
    writerState: () => writer.state(),
    refusedCounts: () => refused,
    quarantineCounts: () => quarantined,
    partitionJob,
    nowMs,
  });

  return {
    context,
    routes: [...gpuRoutes(context), ...processesRoutes(context), ...cleanUpRoutes(cleanUp)],
    acceptSamples(samples) {
      const admitted = admit(complete(samples)).admitted;
      countQuarantined(quarantined, admitted);
      writer.push(admitted);
      sendTick(admitted);
    },
    async storeSamples(samples) {
      const { admitted, refusals } = admit(complete(samples));
      countQuarantined(quarantined, admitted);
      sendTick(admitted);
      await storedWithin(STORE_LIMIT_MS, writer.store(admitted));
      return { accepted: admitted.length, refusals };
    },
    acceptSources(next) {
      sources = [...next];
      sendSources(sources);
    },
    acceptProcesses: (lists) => processes.accept(lists),
    acceptRemoteProcesses: (lists) => processes.acceptRemote(lists),
    acceptQuarantined: (values) => quarantinedValues.accept(values),
    onTick: ticks.add,
    onSources: sourceChanges.add,
    fleet,
    storageHealth: () => storageHealth(writer.state()),
    follow(isFollower) {
      if (isFollower === follower.isFollowing) return;
      if (isFollower) {
        sources = []; // what the own collector said is of before
        follower.start();
      } else void follower.stop();
    },
    maintainPartitions: (signal) => partitionJob.run(signal),
    async stop() {
      await follower.stop();
      const left = await writer.stop(STOP_LIMIT_MS);
      if (left > 0) logger.warn({ samples: left }, "GPU samples were not stored before the stop");
      await remembering;
      unregisterMetrics();
    },
  };
}
