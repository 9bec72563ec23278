import { createFromDatabase } from "@/server/database/from-database";

/** A read or a write that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer, so usage and budgets are neither read nor written. Try again in a few seconds; a report that is sent twice counts once.",
  { retryAfterSeconds: 5 },
);
