import { createFromDatabase } from "@/server/database/from-database";

const fromDatabase = createFromDatabase(
  "The database does not answer, so accounts and keys can be neither read nor changed now. Try again in a few seconds.",
);

type Answering = (...values: never[]) => Promise<unknown>;

/** The store with every failure of the database as an AppError UNAVAILABLE; the log gets the cause. AppErrors pass as they are. */
export function answeringStore<Store extends Record<keyof Store, Answering>>(store: Store): Store {
  const members = Object.entries<Answering>(store).map(([name, method]) => [
    name,
    (...values: never[]) => fromDatabase(() => method(...values)),
  ]);
  // Sound: the same names, each with what it answered before.
  return Object.fromEntries(members) as Store;
}
