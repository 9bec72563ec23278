import type { Reading } from "./gpu-metrics";
import type { SampleWriterState } from "./sample-writer";

type ReadState = () => Pick<SampleWriterState, "spool" | "spooledSamples" | "replayedSamples">;

/** What waits on disk. All are 0 where there is no spool. */
export function spoolGauges(state: ReadState): Reading[] {
  return [
    {
      name: "sightline_gpu_spool_bytes",
      help: "Size of the samples that wait on disk for the database.",
      read: () => state().spool?.bytes ?? 0,
    },
    {
      name: "sightline_gpu_spool_records",
      help: "Records on disk that wait for the database; one holds the samples of one flush.",
      read: () => state().spool?.records ?? 0,
    },
    {
      name: "sightline_gpu_spool_samples",
      help: "Samples on disk that wait for the database.",
      read: () => state().spool?.items ?? 0,
    },
    {
      name: "sightline_gpu_spool_failing",
      help: "1 while samples cannot be put on disk, else 0.",
      read: () => (state().spool?.failure ? 1 : 0),
    },
  ];
}

export function spoolCounters(state: ReadState): Reading[] {
  return [
    {
      name: "sightline_gpu_spool_spooled_total",
      help: "Samples put on disk because the database did not take them.",
      read: () => state().spooledSamples,
    },
    {
      name: "sightline_gpu_spool_replayed_total",
      help: "Samples brought from disk into the database.",
      read: () => state().replayedSamples,
    },
    {
      name: "sightline_gpu_spool_dropped_total",
      help: "Samples lost because the disk space for them was used up: the oldest go first.",
      read: () => state().spool?.droppedItems ?? 0,
    },
    {
      name: "sightline_gpu_spool_corrupt_total",
      help: "Records on disk that were damaged or cut off, and were passed over.",
      read: () => (state().spool?.corruptRecords ?? 0) + (state().spool?.tornTails ?? 0),
    },
  ];
}
