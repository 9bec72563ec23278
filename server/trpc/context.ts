import type { GpuRouterContext } from "@/server/gpu";
import type { InferenceContext } from "@/server/inference";
import type { IngestContext } from "@/server/ingest";
import type { Actor } from "@/server/policy/policy";
import type { PressureContext } from "@/server/pressure";
import type { SystemContext } from "@/server/system";

/** What a request is and who asks; verbs of every feature may use it. */
export interface RequestContext {
  requestId: string;
  actor: Actor;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  nowMs: () => number;
}

/** One member a feature. server/main.ts passes the real ones, tests pass fakes. */
export interface Context extends RequestContext {
  gpu: GpuRouterContext;
  inference: InferenceContext;
  ingest: IngestContext;
  pressure: PressureContext;
  system: SystemContext;
}
