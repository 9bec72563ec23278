import type { Settings } from "./env";
import { type GpuFeature, startCollector } from "./gpu";
import type { HealthMonitor } from "./health";
import { logger } from "./logger";
import { createPoller, type Poller } from "./poller";
import { collectorCommand } from "./project-folder";

/** Runs the collector in one of the portals that share a database; what it finds goes to the GPUs of this one. */
export function startPoller(
  settings: Settings,
  parts: { databaseUrl: string; hostName: string; gpu: GpuFeature; monitor: HealthMonitor },
): Poller {
  const { databaseUrl, hostName, gpu, monitor } = parts;
  return createPoller({
    databaseUrl,
    startCollector: () =>
      startCollector({
        ...collectorCommand,
        settings: { ...settings, hostName },
        logger,
        onSamples: (samples) => {
          gpu.acceptSamples(samples);
        },
        onSources: (sources) => {
          gpu.acceptSources(sources);
        },
        onProcesses: (lists) => {
          gpu.acceptProcesses(lists);
        },
        onQuarantined: (values) => {
          gpu.acceptQuarantined(values);
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
