import { AppError, isAppError } from "@/server/errors";

/** Runs what somebody waits for; a failure of the database becomes a sentence. */
export async function fromDatabase<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, so usage and budgets are neither read nor written. Try again in a few seconds; a report that is sent twice counts once.",
      { cause, retryAfterSeconds: 5 },
    );
  }
}
