import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import type { GpuProcessList } from "./gpu-process";
import { emptyReading, type MissingReason } from "./gpu-sample";
import {
  instanceReading,
  runsIn,
  smiDetailMetrics,
  smiInstanceMetrics,
  type SmiGpuDetails,
  type SmiProcess,
} from "./smi-details";

const MAX_PROCESSES = 256;

/** What the XML said last, and whether this tick is the first since then. */
export interface SmiDetailsState {
  gpus: readonly SmiGpuDetails[];
  /** fresh = read since the last tick · failed = the try since the last tick failed · old = carried from before */
  news: "fresh" | "failed" | "old";
}

/**
 * A tick of the CSV with what the XML knows: its values in the first tick after it was read, `not_sampled` in those between, and the
 * MIG instances behind their GPU as readings of their own.
 */
export function withSmiDetails(
  readings: readonly GpuReading[],
  { gpus, news }: SmiDetailsState,
): GpuReading[] {
  const byUuid = new Map(gpus.map((gpu) => [gpu.gpuUuid, gpu]));
  return readings.flatMap((reading) => {
    const details = byUuid.get(reading.gpuUuid);
    if (news !== "fresh" || details === undefined) {
      const reason = news === "failed" ? "read_error" : "not_sampled";
      const own = withReason(reading, smiDetailMetrics, reason);
      const instances = details?.instances ?? [];
      return [
        own,
        ...instances.map((instance) => {
          const blank = { ...instance, reading: emptyReading("not_offered") };
          return withReason(instanceReading(blank, reading), smiInstanceMetrics, reason);
        }),
      ];
    }
    const instances = details.instances.map((instance) => instanceReading(instance, reading));
    return [withValues(reading, details), ...instances];
  });
}

function withReason(
  reading: GpuReading,
  metrics: readonly GpuMetric[],
  reason: MissingReason,
): GpuReading {
  const missing = { ...reading.missing };
  for (const metric of metrics) missing[metric] = reason;
  return { ...reading, missing };
}

function withValues(reading: GpuReading, details: SmiGpuDetails): GpuReading {
  const values = { ...reading.values };
  const missing = { ...reading.missing };
  for (const metric of smiDetailMetrics) {
    values[metric] = details.reading.values[metric];
    const reason = details.reading.missing[metric];
    if (reason !== undefined) missing[metric] = reason;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
    else delete missing[metric];
  }
  return { ...reading, values, missing };
}

/** The processes of each GPU and of each MIG instance, most memory first; one in an instance is listed there alone. */
export function smiProcessLists(
  gpus: readonly SmiGpuDetails[],
  readAtMs: number,
): GpuProcessList[] {
  const listOf = (gpuUuid: string, processes: readonly SmiProcess[]): GpuProcessList => ({
    gpuUuid,
    readAtMs,
    processes: [...processes]
      .sort((a, b) => (b.memoryUsedMib ?? -1) - (a.memoryUsedMib ?? -1))
      .slice(0, MAX_PROCESSES)
      .map(({ pid, name, kind, memoryUsedMib }) => ({
        pid,
        name,
        kind,
        memoryUsedMib,
        containerId: null,
        controlGroup: null,
      })),
    isCut: processes.length > MAX_PROCESSES,
    problem: null,
  });
  return gpus.flatMap(({ gpuUuid, instances, processes }) => [
    listOf(
      gpuUuid,
      processes.filter((entry) => !instances.some((instance) => runsIn(entry, instance))),
    ),
    ...instances.map((instance) =>
      listOf(
        instance.gpuUuid,
        processes.filter((entry) => runsIn(entry, instance)),
      ),
    ),
  ]);
}
