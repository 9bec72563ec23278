import type { WorkerHealth } from "@/domain/health/health-report";
import { holdAdvisoryLock } from "./database";
import type { Logger } from "./logger";

const WATCH_INTERVAL_MS = 1_000;
/** How long the database must answer again before a lost lock means that another process reads the GPUs now. */
const HANDOVER_CHECKS = 15;

export interface Poller {
  /** Asks the collector for the processes on the GPUs. False when none runs here. */
  readProcesses(): boolean;
  worker(): WorkerHealth;
  stop(): Promise<void>;
}

interface Collector {
  stop(): Promise<void>;
  pid(): number | null;
  readProcesses(): boolean;
}

interface PollerOptions {
  databaseUrl: string;
  startCollector: () => Collector;
  isDatabaseHealthy: () => boolean;
  onRestart: () => void;
  /** True while another process reads the GPUs, false once this one does. */
  onFollow: (isFollower: boolean) => void;
  logger: Logger;
  /** The lock; tests pass their own. */
  holdLock?: typeof holdAdvisoryLock;
}

/**
 * Runs the collector in one portal process of those that share a database. When the lock is lost because the database is
 * away, nobody else can have it: collecting goes on, and the samples are written later. It ends when the database has been
 * back for a while and the lock is not.
 */
export function createPoller(options: PollerOptions): Poller {
  const { logger, startCollector, isDatabaseHealthy, onRestart, onFollow } = options;
  let collector: Collector | null = null;
  let isHeld = false;
  let healthyChecks = 0;
  let lastPid: number | null = null;
  let isStopping = false;
  /** The end of a collector that was handed over; it may still run when the portal stops. */
  let handedOver: Promise<void> | null = null;

  const lock = (options.holdLock ?? holdAdvisoryLock)({
    url: options.databaseUrl,
    name: "gpu-poller",
    onHeld(signal) {
      if (isStopping) return;
      isHeld = true;
      healthyChecks = 0;
      onFollow(false);
      collector ??= startCollector();
      signal.addEventListener("abort", () => (isHeld = false), { once: true });
    },
    onLost(reason) {
      logger.warn(reason);
    },
    log(text) {
      logger.debug(text);
    },
  });

  const watch = setInterval(() => {
    const pid = collector?.pid() ?? null;
    if (pid !== null && lastPid !== null && pid !== lastPid) onRestart();
    lastPid = pid ?? lastPid;
    if (isHeld) return;
    if (!collector) {
      onFollow(true);
      return;
    }
    healthyChecks = isDatabaseHealthy() ? healthyChecks + 1 : 0;
    if (healthyChecks < HANDOVER_CHECKS) return;
    logger.info("Another portal process reads the GPUs now");
    handedOver = collector.stop();
    collector = null;
    lastPid = null;
  }, WATCH_INTERVAL_MS);

  return {
    readProcesses: () => collector?.readProcesses() ?? false,
    worker() {
      const isRunning = collector?.pid() !== null; // without one, another process runs it
      const message = !collector
        ? "Another portal process reads the GPUs."
        : isRunning
          ? "The collector runs."
          : "The collector is being restarted.";
      return { name: "gpu_collector", running: isRunning, message };
    },
    async stop() {
      isStopping = true;
      clearInterval(watch);
      try {
        await Promise.all([handedOver, collector?.stop()]);
      } finally {
        await lock.stop(); // only then may another portal read the GPUs
      }
    },
  };
}
