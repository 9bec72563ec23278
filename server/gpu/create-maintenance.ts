import type { Logger } from "pino";
import type { CleanUpContext, RetentionDays } from "./clean-up";
import type { GpuStore } from "./gpu-store";
import { createPartitionJob, type PartitionTask } from "./partition-job";
import type { ReportState } from "./report-state";

const keptForever: RetentionDays = {
  raw: Infinity,
  "10s": Infinity,
  "1m": Infinity,
  "1h": Infinity,
};
const taskNames: Record<PartitionTask, string> = {
  partitions: "Keeping partitions",
  rollUp: "Rolling up GPU samples",
  retention: "Dropping old GPU samples",
  seal: "Sealing days of GPU samples",
  measure: "Measuring the tables of GPU samples",
};

/** What keeps the tables of GPUs in order: the jobs of one portal, and the clean-up that a person asks for. */
export function createMaintenance(options: {
  store: GpuStore;
  /** Without it nothing is dropped. */
  retentionDays: RetentionDays | undefined;
  logger: Pick<Logger, "info">;
  report: (what: string) => ReportState;
  nowMs: () => number;
}) {
  const { store, retentionDays = keptForever, logger, report, nowMs } = options;
  const cleanUp: CleanUpContext = { store, retentionDays, nowMs };
  const reports = new Map(
    Object.entries(taskNames).map(([task, name]) => [task, report(name)] as const),
  );
  const partitionJob = createPartitionJob({
    ...cleanUp,
    store,
    onDropped: (names) => logger.info({ names }, "Dropped GPU samples past the retention"),
    onSealed: (names) => logger.info({ names }, "Sealed days of GPU samples"),
    onStateChange: (task, error) => reports.get(task)?.(error),
  });
  return { cleanUp, partitionJob };
}
