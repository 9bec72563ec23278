import { Gauge, type Registry } from "@prometheus-io/client";
import { type PartitionJob, partitionTasks } from "./partition-job";
import { partitionedTables } from "./partition-tables";

interface PartitionMetricsOptions {
  registry: Registry;
  partitionJob: Pick<PartitionJob, "state">;
  nowMs: () => number;
}

type Read = (options: PartitionMetricsOptions) => { label: string; value: number }[];

/** One gauge with one label; nothing is shown by a portal that does not run the job. */
function register(
  options: PartitionMetricsOptions,
  gauge: { name: string; help: string; label: string; read: Read },
): string {
  new Gauge({
    name: gauge.name,
    help: gauge.help,
    labelNames: [gauge.label],
    registers: [options.registry],
    collect() {
      this.reset();
      if (!options.partitionJob.state().isRunning) return;
      for (const { label, value } of gauge.read(options)) this.set({ [gauge.label]: label }, value);
    },
  });
  return gauge.name;
}

function ofTables(of: "bytes" | "aboutRows"): Read {
  return ({ partitionJob }) => {
    const { partitions } = partitionJob.state();
    if (partitions.length === 0) return [];
    return partitionedTables.map(({ name }) => {
      const own = partitions.filter(({ table }) => table.name === name);
      return { label: name, value: own.reduce((sum, partition) => sum + partition[of], 0) };
    });
  };
}

const rollUpLag: Read = ({ partitionJob, nowMs }) => {
  const { upkeep } = partitionJob.state();
  if (!upkeep) return [];
  const { oldestChangeMs } = upkeep;
  const lagMs = oldestChangeMs === null ? 0 : Math.max(0, nowMs() - oldestChangeMs);
  return [{ label: "10s", value: lagMs / 1_000 }];
};

/** Age of the end of the oldest raw day that is over: past three hours it should have been sealed. */
const sealLag: Read = ({ partitionJob, nowMs }) => {
  const { partitions, upkeep } = partitionJob.state();
  if (!upkeep) return [];
  const ends = partitions
    .filter(({ table, toMs }) => table.name === "gpu_stats" && toMs <= nowMs())
    .map(({ toMs }) => (nowMs() - toMs) / 1_000);
  return [{ label: "raw", value: Math.max(0, ...ends) }];
};

/** Registers how big the tables of samples are and how far their upkeep is. Answers the names. */
export function registerPartitionMetrics(options: PartitionMetricsOptions): string[] {
  return [
    register(options, {
      name: "sightline_gpu_stored_rows",
      help: "Rows of a table of samples, as the database estimates them; of gpu_hours one a GPU and hour.",
      label: "table",
      read: ofTables("aboutRows"),
    }),
    register(options, {
      name: "sightline_gpu_stored_bytes",
      help: "Size of a table of samples on disk, with its indexes.",
      label: "table",
      read: ofTables("bytes"),
    }),
    register(options, {
      name: "sightline_gpu_rollup_lag_seconds",
      help: "Age of the oldest sample that is in no roll-up yet; usually below 30.",
      label: "level",
      read: rollUpLag,
    }),
    register(options, {
      name: "sightline_gpu_seal_lag_seconds",
      help: "How long ago the oldest day ended that is still stored row by row; 0 when there is none.",
      label: "level",
      read: sealLag,
    }),
    register(options, {
      name: "sightline_gpu_upkeep_last_run_ok",
      help: "1 when the last run of a task of the tables of samples worked, else 0.",
      label: "task",
      read: ({ partitionJob }) => {
        const { lastRuns } = partitionJob.state();
        return partitionTasks.flatMap((task) => {
          const run = lastRuns[task];
          return run ? [{ label: task, value: run.isOk ? 1 : 0 }] : [];
        });
      },
    }),
    register(options, {
      name: "sightline_gpu_upkeep_last_run_seconds",
      help: "When a task of the tables of samples last ran (Unix time).",
      label: "task",
      read: ({ partitionJob }) => {
        const { lastRuns } = partitionJob.state();
        return partitionTasks.flatMap((task) => {
          const run = lastRuns[task];
          return run ? [{ label: task, value: run.atMs / 1_000 }] : [];
        });
      },
    }),
  ];
}
