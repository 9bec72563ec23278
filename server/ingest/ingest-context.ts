import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import type { SampleRefusal } from "@/domain/ingest/sample-batch";
import type { AgentRegistry } from "./agent-registry";
import type { IngestCounts } from "./ingest-counts";

/** What became of samples: how many are stored now, whether or not they had been before, and why others are not. */
export interface StoredSamples {
  accepted: number;
  refusals: readonly SampleRefusal[];
}

/** What the verbs of ingest need. */
export interface IngestContext {
  /** Resolves when the samples are on disk, the database's or the portal's own; rejects when they are on neither. */
  storeSamples: (samples: readonly GpuSample[]) => Promise<StoredSamples>;
  /** What agents tell beside samples; kept in memory only. */
  acceptProcesses: (lists: readonly GpuProcessList[]) => void;
  acceptQuarantined: (values: readonly QuarantinedValue[]) => void;
  agents: Pick<AgentRegistry, "heard" | "list">;
  counts: IngestCounts;
  version: string;
  nowMs: () => number;
}
