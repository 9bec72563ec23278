import type { AuditContext } from "@/server/audit";
import type { GpuRouterContext } from "@/server/gpu";
import type { IdentityContext } from "@/server/identity";
import type { InferenceContext } from "@/server/inference";
import type { IngestContext } from "@/server/ingest";
import type { ClientFacts } from "@/server/http/client-facts";
import type { Actor } from "@/server/policy/policy";
import type { PressureContext } from "@/server/pressure";
import type { SettingsContext } from "@/server/settings";
import type { TokenContexts } from "@/server/start-tokens";
import type { SystemContext } from "@/server/system";

/** What a request is and who asks; verbs of every feature may use it. */
export interface RequestContext {
  requestId: string;
  actor: Actor;
  client: ClientFacts;
  /** Adds a header Set-Cookie to the answer. Answers that set one are never kept. */
  setCookie: (header: string) => void;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  nowMs: () => number;
}

/** One member a feature. server/main.ts passes the real ones, tests pass fakes. */
export interface Context extends RequestContext, TokenContexts {
  audit: AuditContext;
  gpu: GpuRouterContext;
  identity: IdentityContext;
  inference: InferenceContext;
  ingest: IngestContext;
  pressure: PressureContext;
  settings: SettingsContext;
  system: SystemContext;
}
