import type { PressureEvents, PressureEventsQuery } from "@/domain/pressure/pressure-event";
import { AppError } from "@/server/errors";
import type { PressureContext } from "./pressure-context";

/** The events of a range. Throws UNAVAILABLE while the database does not answer. */
export async function readPressureEvents(
  { store }: PressureContext,
  query: PressureEventsQuery,
): Promise<PressureEvents> {
  return fromDatabase(() => store.readEvents(query));
}

/** Runs a read or a write that somebody waits for; a failure of the database becomes a sentence. */
export async function fromDatabase<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer. Levels are still followed; ask again in a few seconds.",
      { cause },
    );
  }
}
