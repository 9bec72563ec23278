import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { AppError } from "@/server/errors";
import type { GpuContext } from "./gpu-context";
import type { NewestQuery } from "./gpu-store";

type Context = Pick<GpuContext, "ring" | "store" | "guard">;

interface RecentSamples {
  /** Oldest first. */
  samples: GpuSample[];
  /** Older ones (not before `sinceMs`) exist. */
  hasMore: boolean;
  /** The database did not answer; these come from memory. */
  stale: boolean;
}

/** From memory, which reaches back only so far. Throws UNAVAILABLE when it holds none of the wanted samples. */
function fromMemory(ctx: Context, query: NewestQuery, cause: unknown): RecentSamples {
  // Who asks has looked an index up among the GPUs of now: one that is not there has nothing in memory either.
  const range = { fromMs: query.sinceMs ?? 0, toMs: query.beforeMs ?? Number.MAX_SAFE_INTEGER };
  const places = "uuid" in query.gpu ? ctx.ring.places(query.gpu.uuid, range) : [];
  if (places.length === 0)
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, and memory holds no such sample. Ask for a later since, or try again in a moment.",
      { cause },
    );
  const samples = places.slice(-query.limit).map((place) => place.columns.sample(place.at));
  return { samples, hasMore: places.length > samples.length, stale: true };
}

/**
 * The newest `limit` samples of one GPU, oldest first; from memory with `stale: true` when the database does not answer.
 * Throws UNAVAILABLE.
 */
export async function readRecentSamples(ctx: Context, query: NewestQuery): Promise<RecentSamples> {
  return ctx
    .guard(() => ctx.store.readNewest(query))
    .then((stored) => ({ ...stored, stale: false }))
    .catch((error: unknown) => fromMemory(ctx, query, error));
}
