import type { Registry } from "@prometheus-io/client";
import type { Logger } from "pino";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import type { GpuTick, SourceChange } from "@/domain/realtime/realtime-events";
import { databaseProblem } from "@/server/database";
import type { Route } from "@/server/http/route";
import { metricsRegistry } from "@/server/metrics";
import { admitSamples, type Refusal } from "./admit-samples";
import { assembleFleet } from "./assemble-fleet";
import { countQuarantined, noQuarantined } from "./count-quarantined";
import { createDatabaseGuard } from "./database-guard";
import { followSamples } from "./follow-samples";
import { followedSources } from "./followed-sources";
import type { GpuContext } from "./gpu-context";
import { registerGpuMetrics } from "./gpu-metrics";
import { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import { createListeners } from "./listeners";
import { runPartitionJob } from "./partition-job";
import { gpuRoutes } from "./routes";
import { SampleWriter } from "./sample-writer";
import { tickOf } from "./tick-of";

const READ_LIMIT_MS = 2_000;
const STOP_LIMIT_MS = 5_000;

export interface GpuFeatureOptions {
  store: GpuStore;
  settings: { pollIntervalMs: number; historyMinutes: number };
  logger: Pick<Logger, "info" | "warn">;
  nowMs?: () => number;
  registry?: Registry;
}

/** All of the portal that knows GPUs; server/main.ts joins it to the collector and the sockets. */
export interface GpuFeature {
  context: GpuContext;
  routes: Route[];
  /** Samples of this portal's own collector. */
  acceptSamples(samples: readonly GpuSample[]): void;
  acceptSources(sources: readonly SourceStatus[]): void;
  onTick(listener: (tick: GpuTick) => void): () => void;
  onSources(listener: (change: SourceChange) => void): () => void;
  fleet(): GpuFleet;
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
  const refused: Record<Refusal, number> = { too_old: 0, too_far_ahead: 0, too_many_gpus: 0 };
  let sources: SourceStatus[] = [];
  let sequence = 0;

  // One line a change, not one a try.
  const reportDatabase = (what: string) => (error: unknown) => {
    if (error === null) logger.info(`${what} works again`);
    else {
      const reason = error instanceof Error ? error.message : "unknown";
      logger.warn({ problem: databaseProblem(error).message, reason }, `${what} fails`);
    }
  };
  const guard = createDatabaseGuard({
    limitMs: READ_LIMIT_MS,
    onStateChange: reportDatabase("Reading GPU samples"),
  });
  const writer = new SampleWriter({ store, onStateChange: reportDatabase("Storing GPU samples") });

  let follower: ReturnType<typeof followSamples> | null = null;
  const fleet = (): GpuFleet => {
    const now = assembleFleet({ newest: ring.newest(), sources, pollIntervalMs, nowMs: nowMs() });
    return follower ? { ...now, sources: followedSources(now.gpus) } : now;
  };

  function admit(samples: readonly GpuSample[]): GpuSample[] {
    const { admitted, refusals } = admitSamples(samples, { ring, nowMs: nowMs() });
    for (const refusal of refusals) {
      refused[refusal]++;
      if (refused[refusal] === 1)
        logger.warn({ refusal }, "GPU samples are refused: sightline_gpu_samples_refused_total");
    }
    return admitted;
  }

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

  let lastFollowed = "";
  function sendFollowedSources(): void {
    const followed = fleet().sources;
    const content = JSON.stringify(followed.map(({ source, state }) => [source, state]));
    if (content === lastFollowed) return;
    lastFollowed = content;
    sourceChanges.send({ sources: followed, serverTimeMs: nowMs() });
  }
  const startFollowing = () =>
    followSamples({
      store,
      historyMs,
      pollIntervalMs,
      nowMs,
      startAfterMs: new Map(ring.newest().map((one) => [one.gpuUuid, one.recordedAtMs])),
      isKnown: ({ gpuUuid, recordedAtMs }) =>
        ring.places(gpuUuid, { fromMs: recordedAtMs, toMs: recordedAtMs + 1 }).length > 0,
      onOldSamples: admit,
      onSamples: (samples) => {
        sendTick(admit(samples));
        sendFollowedSources();
      },
      onStateChange: reportDatabase("Following GPU samples"),
    });

  const context: GpuContext = { readFleet: fleet, ring, store, guard, pollIntervalMs, nowMs };
  const unregisterMetrics = registerGpuMetrics({
    registry: options.registry ?? metricsRegistry,
    readFleet: fleet,
    writerState: () => writer.state(),
    refusedCounts: () => refused,
    quarantineCounts: () => quarantined,
    nowMs,
  });

  return {
    context,
    routes: gpuRoutes(context, () => sequence),
    acceptSamples(samples) {
      const admitted = admit(samples);
      countQuarantined(quarantined, admitted);
      writer.push(admitted);
      sendTick(admitted);
    },
    acceptSources(next) {
      sources = [...next];
      sourceChanges.send({ sources, serverTimeMs: nowMs() });
    },
    onTick: ticks.add,
    onSources: sourceChanges.add,
    fleet,
    follow(isFollower) {
      if (isFollower === (follower !== null)) return;
      if (isFollower) {
        sources = []; // what the own collector said is of before
        lastFollowed = "";
        follower = startFollowing();
        sendFollowedSources();
      } else {
        void follower?.stop();
        follower = null;
      }
    },
    maintainPartitions: (signal) =>
      runPartitionJob(
        {
          store,
          nowMs,
          onDropped: (names) => logger.info({ names }, "Dropped GPU samples past the retention"),
          onStateChange: reportDatabase("Keeping partitions"),
        },
        signal,
      ),
    async stop() {
      await follower?.stop();
      const left = await writer.stop(STOP_LIMIT_MS);
      if (left > 0) logger.warn({ samples: left }, "GPU samples were not stored before the stop");
      await remembering;
      unregisterMetrics();
    },
  };
}
