import type { ModelProfile } from "@/domain/tokens/model-profile";
import { AppError } from "@/server/errors";
import type { ModelBook } from "@/server/tokens";
import { within } from "@/server/within";
import { nameKey } from "./check-profile";
import { effectiveProfile } from "./effective-profile";

/** Younger than this it is used as it is; up to five times as old it is used while it is read again. */
const FRESH_MS = 1_000;
const OLDEST_MS = 5_000;
const READ_LIMIT_MS = 2_000;

interface Page {
  readAtMs: number;
  byName: ReadonlyMap<string, ModelProfile>;
  standard: ModelProfile;
}

export interface CachedModelBook extends ModelBook {
  /** A change of this portal counts from the next question on. */
  invalidate(): void;
}

/**
 * The profiles in memory, read again at most every second: a change in another portal counts here within a few seconds. While the
 * database is away, the last known ones count on. Throws UNAVAILABLE when none were ever read.
 */
export function createModelBook(options: {
  list: () => Promise<ModelProfile[]>;
  nowMs: () => number;
}): CachedModelBook {
  let page: Page | null = null;
  let reading: Promise<Page> | null = null;
  let changes = 0;

  async function read(): Promise<Page> {
    const seen = changes;
    const readAtMs = options.nowMs();
    const profiles = await within(READ_LIMIT_MS, options.list());
    const next = pageOf(profiles, readAtMs);
    // Read before a change, it may hold what was before: it is used once and not kept.
    if (seen === changes) page = next;
    return next;
  }

  function readAgain(): Promise<Page> {
    if (reading) return reading;
    const started = read().finally(() => {
      if (reading === started) reading = null;
    });
    reading = started;
    return started;
  }

  async function current(): Promise<Page> {
    const known = page;
    const ageMs = known === null ? Infinity : Math.abs(options.nowMs() - known.readAtMs);
    if (known !== null && ageMs < FRESH_MS) return known;
    const next = readAgain();
    if (known === null) return next.catch(unavailable);
    const fallback = next.catch(() => known);
    return ageMs < OLDEST_MS ? known : fallback;
  }

  return {
    async effective({ model, service }) {
      const { byName, standard } = await current();
      const named = model === undefined ? standard : byName.get(nameKey(model));
      return {
        profile: effectiveProfile(named ?? standard, service),
        isKnown: named !== undefined,
      };
    },
    invalidate() {
      changes += 1;
      reading = null;
      if (page !== null) page = { ...page, readAtMs: -Infinity };
    },
  };
}

function pageOf(profiles: readonly ModelProfile[], readAtMs: number): Page {
  const standard = profiles.find(({ isDefault }) => isDefault);
  if (!standard) throw new AppError("UNAVAILABLE", "There is no model profile yet.");
  const byName = new Map(
    profiles.flatMap((profile) =>
      [profile.name, ...profile.modelNames].map((name) => [nameKey(name), profile] as const),
    ),
  );
  return { readAtMs, byName, standard };
}

function unavailable(cause: unknown): never {
  throw new AppError(
    "UNAVAILABLE",
    "The database does not answer, so no model profile is known. Ask again in a few seconds.",
    { cause, retryAfterSeconds: 5 },
  );
}
