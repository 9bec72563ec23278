import * as z from "zod";
import { CountMethod } from "./count-method";
import { ModelName, ServiceName } from "./model-profile";

/** An id of a request: of the caller, so that a report of usage finds its validation. */
export const RequestId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9._:-]+$/, "letters, digits and . _ : - only");

export const TraceId = z
  .string()
  .regex(/^(?!0{32})[0-9a-f]{32}$/, "32 hexadecimal digits in lower case");

/** What is left of a section in a record: never its text. */
export const SectionCount = z.object({
  name: z.string(),
  tokens: z.int().min(0),
  priority: z.int(),
  required: z.boolean(),
});
export type SectionCount = z.infer<typeof SectionCount>;

export const RemovedSection = z.object({
  name: z.string(),
  /** Tokens that its removal saved, the line left behind already paid. */
  savedTokens: z.int(),
});
export type RemovedSection = z.infer<typeof RemovedSection>;

export const ValidationOutcome = z.enum(["ok", "warning", "over"]);
export type ValidationOutcome = z.infer<typeof ValidationOutcome>;

/** One validation or truncation as it is kept. Times in epoch milliseconds. */
export const ValidationRecord = z.object({
  recordedAtMs: z.number(),
  service: ServiceName,
  model: ModelName,
  profileId: z.uuid(),
  keyId: z.uuid().nullable(),
  requestId: RequestId,
  traceId: TraceId.nullable(),
  /** Of the prompt as it came. */
  tokens: z.int().min(0),
  /** Of the prompt as it went: the same unless it was truncated. */
  finalTokens: z.int().min(0),
  availableTokens: z.int(),
  contextWindow: z.int(),
  maxOutputTokens: z.int(),
  utilization: z.number(),
  outcome: ValidationOutcome,
  wasTruncated: z.boolean(),
  removed: z.array(RemovedSection),
  /** Null for a prompt without sections. */
  sections: z.array(SectionCount).nullable(),
  method: CountMethod,
});
export type ValidationRecord = z.infer<typeof ValidationRecord>;
