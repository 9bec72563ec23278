import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { RequestLimits } from "@/server/ingest";
import type { InferenceLedger } from "./inference-ledger";
import type { InferenceMetrics } from "./inference-metrics";

/** What the verbs of inferences need. */
export interface InferenceContext {
  ledger: InferenceLedger;
  metrics: Pick<InferenceMetrics, "record">;
  readFleet: () => GpuFleet;
  /** Shared with all of ingest, by whichever address a report comes. */
  limits: RequestLimits;
  /** The portal's own, whose GPUs need no host in front of their index. */
  hostName: string;
  nowMs: () => number;
}
