import { isAppError, AppError } from "@/server/errors";

/** A read that somebody waits for; a failure of the database becomes a sentence. */
export async function fromDatabase<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, so the token ledger cannot be read. Try again in a few seconds.",
      { cause },
    );
  }
}
