import { AppError, isAppError } from "@/server/errors";

type Answering = (...values: never[]) => Promise<unknown>;

/** The store with every failure of the database as an AppError UNAVAILABLE; the log gets the cause. AppErrors pass as they are. */
export function answeringStore<Store extends Record<keyof Store, Answering>>(store: Store): Store {
  const members = Object.entries<Answering>(store).map(([name, method]) => [
    name,
    async (...values: never[]) => {
      try {
        return await method(...values);
      } catch (error) {
        throw isAppError(error) ? error : away(error);
      }
    },
  ]);
  // Sound: the same names, each with what it answered before.
  return Object.fromEntries(members) as Store;
}

function away(cause: unknown): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The database does not answer, so accounts and keys can be neither read nor changed now. Try again in a few seconds.",
    { cause },
  );
}
