import type { PressureEvents, PressureEventsQuery } from "@/domain/pressure/pressure-event";
import { createFromDatabase } from "@/server/database/from-database";
import type { PressureContext } from "./pressure-context";

/** A read or a write that somebody waits for; a failure of the database becomes a sentence. */
export const fromDatabase = createFromDatabase(
  "The database does not answer. Levels are still followed; ask again in a few seconds.",
);

/** The events of a range. Throws UNAVAILABLE while the database does not answer. */
export async function readPressureEvents(
  { store }: PressureContext,
  query: PressureEventsQuery,
): Promise<PressureEvents> {
  return fromDatabase(() => store.readEvents(query));
}
