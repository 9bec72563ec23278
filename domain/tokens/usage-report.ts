import * as z from "zod";
import { CountMethodKind } from "./count-method";
import { ModelName, ServiceName } from "./model-profile";
import { RequestId, TraceId } from "./validation-record";

/** A report may be this late, and this far ahead of the portal's clock. */
export const MAX_REPORT_AGE_MS = 86_400_000;
export const MAX_REPORT_AHEAD_MS = 60_000;

/** 9999-12-31: the database's calendar ends elsewhere than JavaScript's. */
const LATEST_MS = 253_402_300_799_999;

/** What a model server said that a request used. A second report of the same service and request changes nothing. */
export const UsageReport = z.object({
  service: ServiceName,
  model: ModelName,
  /** That of the validation, so that the two are compared. */
  requestId: RequestId,
  /** All of the prompt, also what the server had in its cache (`usage.prompt_tokens`); 0: the server did not say. */
  promptTokens: z.int().min(0).max(100_000_000),
  completionTokens: z.int().min(0).max(100_000_000),
  traceId: TraceId.optional(),
  /** When the answer ended, epoch ms; left out: now. Within the last day, at most a minute ahead. */
  at: z.int().min(0).max(8.64e15).optional(),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** `POST /api/tokens/report` and `tokens.report`. */
export const ReportRequest = z.object({ reports: z.array(UsageReport).min(1).max(500) });
export type ReportRequest = z.infer<typeof ReportRequest>;

export const ReportAnswer = z.object({
  accepted: z.int(),
  /** Known already: counted once. */
  repeated: z.int(),
  refused: z.array(z.object({ index: z.int(), reason: z.enum(["too_old", "too_far_ahead"]) })),
  /** Of the accepted: prompts that the server cut without an error, as far as their validations are recorded by now. */
  silentCuts: z.int(),
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

/** A server counted fewer prompt tokens than were sent, by more than counting can be off. */
export const SilentCut = z.object({
  id: z.string(),
  atMs: z.number(),
  service: z.string(),
  model: z.string(),
  requestId: z.string(),
  traceId: z.string().nullable(),
  sentTokens: z.int(),
  countedTokens: z.int(),
  lostTokens: z.int(),
  method: CountMethodKind,
});
export type SilentCut = z.infer<typeof SilentCut>;

export const SilentCutsQuery = z.strictObject({
  fromMs: z.int().min(0).max(LATEST_MS),
  toMs: z.int().min(0).max(LATEST_MS),
  service: ServiceName.optional(),
  model: ModelName.optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type SilentCutsQuery = z.infer<typeof SilentCutsQuery>;

export const SilentCuts = z.object({ cuts: z.array(SilentCut), total: z.int() });
export type SilentCuts = z.infer<typeof SilentCuts>;

/** How far a method's counts are from what servers reported, a model. */
export const MeasuredError = z.object({
  model: z.string(),
  methodKind: CountMethodKind,
  methodName: z.string(),
  calls: z.int(),
  /** Mean of (counted − reported) / reported, in percent. */
  errorPercent: z.number(),
  /** Largest |counted − reported| / reported of a call that was not cut, in percent. */
  worstPercent: z.number(),
});
export type MeasuredError = z.infer<typeof MeasuredError>;

export const MeasuredErrors = z.object({ errors: z.array(MeasuredError) });
export type MeasuredErrors = z.infer<typeof MeasuredErrors>;
