import { createFromDatabase } from "@/server/database/from-database";

/** A read that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer, so the audit cannot be read. Try again in a few seconds.",
);
