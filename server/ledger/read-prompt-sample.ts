import type { PromptSample, PromptSampleQuery } from "@/domain/tokens/usage-history";
import { AppError } from "@/server/errors";
import { fromDatabase } from "./from-database";
import type { LedgerContext } from "./ledger-context";

/** The kept text of a validation. Throws NOT_FOUND, UNAVAILABLE. */
export async function readPromptSample(
  { validations, retention, nowMs }: LedgerContext,
  { id }: PromptSampleQuery,
): Promise<PromptSample> {
  const sinceMs = retention.keptSinceMs("samples", nowMs());
  const sample = await fromDatabase(() => validations.readSample(BigInt(id), sinceMs));
  if (sample) return sample;
  throw new AppError(
    "NOT_FOUND",
    "No text is kept of this validation: texts are kept while PROMPT_SAMPLES is on, for PROMPT_SAMPLE_RETENTION_DAYS.",
  );
}
