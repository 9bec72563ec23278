import type { Registry } from "@prometheus-io/client";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import { isSimulated } from "@/domain/gpu/gpu-sample";
import type { GpuPressure, Pressure, PressureChange } from "@/domain/pressure/gpu-pressure";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import { type PressureThresholds, worstLevel } from "@/domain/pressure/pressure-level";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { databaseProblem } from "@/server/database";
import type { Route } from "@/server/http/route";
import type { Logger } from "@/server/logger";
import { metricsRegistry } from "@/server/metrics";
import { ChangeWaiters } from "./change-waiters";
import { EventRecorder } from "./event-recorder";
import type { PressureContext } from "./pressure-context";
import { gpuPressure, signatureOf } from "./gpu-pressure";
import { registerPressureMetrics } from "./pressure-metrics";
import type { PressureStore } from "./pressure-store";
import { PressureTracker } from "./pressure-tracker";
import { pruneForever } from "./prune-pressure";
import { pressureRoutes } from "./routes";
import { createWebhookDeliverer } from "./webhook-deliverer";
import type { WebhookStore } from "./webhook-store";

const MAX_POLLS = 128;
const MAX_RECENT_EVENTS = 512;
const CHECK_EVERY_MS = 1_000;
/** How long samples wait for the levels of before the start. */
const RESTORE_LIMIT_MS = 5_000;
const MAX_EARLY_TICKS = 100;
const STOP_LIMIT_MS = 3_000;

export interface PressureFeatureOptions {
  /** What is known of all GPUs, and its live samples. */
  gpu: { fleet(): GpuFleet; onTick(listener: (tick: GpuTick) => void): () => void };
  store: PressureStore;
  webhooks: WebhookStore;
  settings: { pressureWarningPercent: number; pressureCriticalPercent: number };
  logger: Pick<Logger, "info" | "warn">;
  nowMs?: () => number;
  registry?: Registry;
}

/** All of the portal that knows memory pressure. */
export interface PressureFeature {
  context: PressureContext;
  routes: Route[];
  /** Calls the listener with each event until the answered function is called. */
  onChange(listener: (change: PressureChange) => void): () => void;
  /** To be run under the lock "gpu-pressure-webhooks": tells targets, and drops what is old, until aborted. */
  deliverWebhooks(signal: AbortSignal): Promise<void>;
  /** Answers all long polls and ends all streams: the server stops. */
  endWaits(): void;
  /** Writes what waits, for at most 3 s. */
  stop(): Promise<void>;
}

/** It works at once; levels of before the start are taken over as soon as the database gives them. */
export function createPressureFeature(options: PressureFeatureOptions): PressureFeature {
  const { gpu, store, webhooks, logger, nowMs = Date.now } = options;
  const thresholds: PressureThresholds = {
    warningPercent: options.settings.pressureWarningPercent,
    criticalPercent: options.settings.pressureCriticalPercent,
  };
  const tracker = new PressureTracker(thresholds);
  const polls = new ChangeWaiters(MAX_POLLS);
  const streams = new ChangeWaiters(Number.POSITIVE_INFINITY); // the route bounds them
  const listeners = new Set<(change: PressureChange) => void>();
  const recent: PressureEvent[] = [];

  // Microseconds of the wall clock, so that it grows over a restart too; never back, whatever the clock does.
  let counter = nowMs() * 1_000;
  const count = () => (counter = Math.max(counter + 1, nowMs() * 1_000));
  const begun = counter;
  let completeAfter = begun;
  let version = begun;
  const versions = new Map<string, number>();
  let signatures = new Map<string, string>();

  // One line a change, not one a try.
  const reportDatabase = (what: string) => (error: unknown) => {
    if (error === null) logger.info(`${what} works again`);
    else logger.warn({ problem: databaseProblem(error).message }, `${what} fails`);
  };
  const deliverer = createWebhookDeliverer({
    store: webhooks,
    thresholds,
    nowMs,
    onStateChange: reportDatabase("Reading webhook deliveries"),
  });
  const recorder = new EventRecorder({
    store,
    nowMs,
    onStored: deliverer.wake,
    onStateChange: reportDatabase("Storing memory pressure"),
  });

  const pressureOf = (latest: LatestGpu, atMs: number): GpuPressure =>
    gpuPressure(latest, { tracked: tracker.of(latest.sample.gpuUuid), nowMs: atMs });

  function readPressure(): Pressure {
    const { gpus: fleet, serverTimeMs } = gpu.fleet();
    const gpus = fleet.map((latest) => pressureOf(latest, serverTimeMs));
    const real = gpus.filter((one) => !one.stale && !isSimulated(one));
    const level = worstLevel(real.map((one) => one.level));
    return { level, thresholds, gpus, version, serverTimeMs };
  }

  /** Wakes who waits when anything that they would be told differs; also time alone may do it, when a GPU falls silent. */
  function checkForChange(): void {
    const now = new Map(
      readPressure().gpus.map((one) => {
        const isAnnounced = tracker.of(one.gpuUuid)?.alarm.isRaised === true;
        return [one.gpuUuid, signatureOf(one, isAnnounced)];
      }),
    );
    const changed = [...new Set([...now.keys(), ...signatures.keys()])].filter(
      (uuid) => now.get(uuid) !== signatures.get(uuid),
    );
    signatures = now;
    if (changed.length === 0) return;
    version = count();
    for (const uuid of changed) {
      if (now.has(uuid)) versions.set(uuid, version);
      else versions.delete(uuid);
    }
    polls.wake();
    streams.wake();
  }

  function announce(events: readonly PressureEvent[]): void {
    const byUuid = new Map(readPressure().gpus.map((one) => [one.gpuUuid, one]));
    for (const event of events) {
      const changed = byUuid.get(event.gpuUuid);
      if (!changed) continue;
      const change = { version, event, gpu: changed, thresholds, serverTimeMs: nowMs() };
      for (const listener of listeners) listener(change);
    }
  }

  function accept(tick: GpuTick): void {
    const events = tick.samples
      .flatMap((sample) => tracker.accept(sample))
      .map((event): PressureEvent => ({ ...event, sequence: count() }));
    recent.push(...events);
    for (const dropped of recent.splice(0, Math.max(0, recent.length - MAX_RECENT_EVENTS)))
      completeAfter = dropped.sequence;
    checkForChange();
    if (events.length === 0) return;
    recorder.push(events);
    announce(events);
  }

  // Levels of before the start first: else each restart would enter the level that was entered long ago.
  let early: GpuTick[] | null = [];
  function beginWith(states: Awaited<ReturnType<PressureStore["readStates"]>> | null): void {
    if (states) {
      counter = Math.max(counter, states.lastSequence);
      tracker.restore(states.states);
    }
    const waiting = early ?? [];
    early = null;
    for (const tick of waiting) accept(tick);
  }
  const limit = setTimeout(() => {
    beginWith(null);
  }, RESTORE_LIMIT_MS);
  const restoring = store.readStates().then(
    (states) => {
      clearTimeout(limit);
      beginWith(states);
    },
    (error: unknown) => {
      clearTimeout(limit);
      reportDatabase("Reading memory pressure")(error);
      beginWith(null);
    },
  );

  const offTick = gpu.onTick((tick) => {
    if (early === null) accept(tick);
    else if (early.length < MAX_EARLY_TICKS) early.push(tick);
  });
  const timer = setInterval(checkForChange, CHECK_EVERY_MS);
  timer.unref();

  const context: PressureContext = {
    readPressure,
    versionOf: (uuid) => versions.get(uuid) ?? begun,
    recentEvents: () => ({ events: recent, completeAfter }),
    store,
    webhooks,
    deliverer,
    polls,
    streams,
    nowMs,
  };
  const unregisterMetrics = registerPressureMetrics({
    registry: options.registry ?? metricsRegistry,
    gpus: () => readPressure().gpus,
    transitionsOf: (uuid) => tracker.of(uuid)?.transitions,
    droppedEvents: () => recorder.dropped,
    deliveryCounts: deliverer.counts,
  });

  return {
    context,
    routes: pressureRoutes(context),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async deliverWebhooks(signal) {
      const onStateChange = reportDatabase("Dropping old memory pressure events");
      await Promise.all([
        deliverer.run(signal),
        pruneForever({ store, webhooks, nowMs, onStateChange }, signal),
      ]);
    },
    endWaits() {
      polls.end();
      streams.end();
    },
    async stop() {
      clearInterval(timer);
      clearTimeout(limit);
      offTick();
      polls.end();
      streams.end();
      await restoring;
      const left = await recorder.stop(STOP_LIMIT_MS);
      if (left > 0) logger.warn({ events: left }, "Memory pressure was not stored before the stop");
      unregisterMetrics();
    },
  };
}
