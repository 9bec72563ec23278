import { AppError, isAppError } from "@/server/errors";

/**
 * Makes what runs a read or a write that somebody waits for. A failure of the database becomes an AppError UNAVAILABLE with this
 * sentence; the log gets the cause. AppErrors pass as they are.
 */
export function createFromDatabase(
  sentence: string,
  { retryAfterSeconds }: { retryAfterSeconds?: number } = {},
): <Value>(work: () => Promise<Value>) => Promise<Value> {
  return async (work) => {
    try {
      return await work();
    } catch (cause) {
      if (isAppError(cause)) throw cause;
      const options = { cause, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
      throw new AppError("UNAVAILABLE", sentence, options);
    }
  };
}
