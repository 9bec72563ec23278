import * as z from "zod";

const MAX_REPORT_ITEMS = 500;
/** A report may be this late, and this far ahead of the portal's clock. */
export const MAX_REPORT_AGE_MS = 3_600_000;
export const MAX_REPORT_AHEAD_MS = 60_000;

const plainText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, { error: "a name holds no control characters" });

/** Inferences that have finished: one, or several of the same service and model. */
export const Inference = z.object({
  service: plainText(128),
  model: plainText(128),
  /** How many finished. 0 says that the service runs and had none: a rate of 0 instead of an unknown one. */
  count: z.int().min(0).max(1_000_000),
  /** Seconds of GPU that they took together; null = not measured. */
  gpuSeconds: z.number().min(0).max(1_000_000).nullable().default(null),
  /** Milliseconds that one took; of several the mean; null = not measured. */
  latencyMs: z.number().min(0).max(86_400_000).nullable().default(null),
  /** When they finished, epoch ms: within the last hour, at most a minute ahead. */
  at: z.int().min(0).max(8.64e15),
  /** Where they ran: a UUID or `host/index`. Left out: the portal's own first GPU. */
  gpu: plainText(260).nullable().default(null),
});
export type Inference = z.infer<typeof Inference>;

/** `POST /api/ingest/inferences` and `inference.report`. */
export const InferenceReport = z.object({
  inferences: z.array(Inference).min(1).max(MAX_REPORT_ITEMS),
});
export type InferenceReport = z.infer<typeof InferenceReport>;

/** Why an item was not counted. */
export const InferenceRefusal = z.enum(["too_old", "too_far_ahead", "unknown_gpu"]);
export type InferenceRefusal = z.infer<typeof InferenceRefusal>;

export const InferenceReportAnswer = z.object({
  /** Items that were counted. */
  accepted: z.int(),
  /** Items that were not, by their place in the report. */
  refused: z.array(z.object({ index: z.int(), reason: InferenceRefusal })),
});
export type InferenceReportAnswer = z.infer<typeof InferenceReportAnswer>;
