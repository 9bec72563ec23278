import { databaseProblem } from "@/server/database";
import type { SampleWriterState } from "./sample-writer";

/** How storing goes, for the health report. */
export interface StorageHealth {
  /** Why samples cannot be stored at the moment, as a sentence; null when they can. */
  problem: string | null;
  /** Keys as the report has them. */
  details: Record<string, unknown>;
}

function problemOf({ databaseError, spool }: SampleWriterState): string | null {
  if (spool?.failure)
    return `Samples cannot be put on disk (${spool.failure}) and wait in memory: free space on the disk of DATA_DIR, and correct the rights of its folder spool.`;
  return databaseError === null ? null : databaseProblem(databaseError).message;
}

export function storageHealth(state: SampleWriterState): StorageHealth {
  const { spool } = state;
  return {
    problem: problemOf(state),
    details: {
      samples_in_memory: state.queuedSamples,
      samples_dropped: state.droppedSamples + (spool?.droppedItems ?? 0),
      spool: spool && {
        samples: spool.items,
        bytes: spool.bytes,
        corrupt_records: spool.corruptRecords + spool.tornTails,
        failure: spool.failure,
      },
    },
  };
}
