import { flatGpu } from "@/domain/gpu/flat-gpu";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import { GpuChoice, GpuHistoryRequest } from "@/domain/gpu/gpu-history-request";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { AppError } from "@/server/errors";
import { jsonAnswer, type Route, type RouteAnswer } from "@/server/http/route";
import type { GpuContext } from "./gpu-context";
import { readLatest } from "./read-latest";
import { readRecentSamples } from "./read-recent-samples";

function chosen(fleet: GpuFleet, choice: GpuChoice): LatestGpu | null {
  const matches = fleet.gpus.filter(({ sample }) =>
    "uuid" in choice ? sample.gpuUuid === choice.uuid : sample.gpuIndex === choice.index,
  );
  // Of two that had the index, one of them no longer there, the newer one.
  return matches.sort((a, b) => b.sample.recordedAtMs - a.sample.recordedAtMs)[0] ?? null;
}

/** Without a choice: index 0, else the first there is. */
function defaultGpu(fleet: GpuFleet): LatestGpu | null {
  return chosen(fleet, { index: 0 }) ?? fleet.gpus[0] ?? null;
}

function latestAnswer(fleet: GpuFleet, choice: GpuChoice | null): RouteAnswer {
  const latest = choice ? chosen(fleet, choice) : defaultGpu(fleet);
  if (choice && !latest)
    throw new AppError(
      "NOT_FOUND",
      "No GPU has this index or UUID. Leave out gpu to see all there are, in gpus.",
    );
  const gpus = fleet.gpus.map(flatGpu);
  return jsonAnswer({ ...flatGpu(latest), gpus });
}

/** The answer without a choice, made once a tick: most clients poll exactly that. */
function createCachedLatest(ctx: GpuContext, tickSequence: () => number) {
  let cached: { sequence: number; madeAtMs: number; answer: RouteAnswer } | null = null;
  return function cachedLatest(): RouteAnswer {
    const sequence = tickSequence();
    // Also by time: a GPU becomes stale without a tick, and the clock may be set back.
    const isFresh = cached && Math.abs(ctx.nowMs() - cached.madeAtMs) < ctx.pollIntervalMs;
    if (isFresh && cached?.sequence === sequence) return cached.answer;
    const fleet = readLatest(ctx);
    const { body, ...rest } = latestAnswer(fleet, null);
    const answer = { ...rest, body: Buffer.from(body) };
    cached = { sequence, madeAtMs: fleet.serverTimeMs, answer };
    return answer;
  };
}

/** A sample of the past is neither stale nor fresh: that is said once, of the whole answer. */
function historyItem(sample: GpuSample) {
  const { stale, recorded_at, ...flat } = flatGpu({ sample, stale: false });
  return { recorded_at, ...flat };
}

async function historyAnswer(ctx: GpuContext, query: URLSearchParams): Promise<RouteAnswer> {
  const { since, limit, gpu } = GpuHistoryRequest.parse({
    since: query.get("since"),
    limit: query.get("limit"),
    gpu: query.get("gpu"),
  });
  const newest = defaultGpu(readLatest(ctx));
  const selector = gpu ?? (newest ? { uuid: newest.sample.gpuUuid } : { index: 0 });
  const recent = await readRecentSamples(ctx, { gpu: selector, sinceMs: since, limit });
  const items = recent.samples.map(historyItem);
  const pagination = {
    total: items.length,
    limit,
    offset: null,
    cursor: null,
    next_cursor: null,
    has_more: recent.hasMore,
  };
  return jsonAnswer({ items, pagination, stale: recent.stale });
}

/** REST in the prescribed flat form (docs/api.md). */
export function gpuRoutes(ctx: GpuContext, tickSequence: () => number): Route[] {
  const cachedLatest = createCachedLatest(ctx, tickSequence);
  return [
    {
      method: "GET",
      path: "/api/system/gpu",
      policy: "viewer",
      handle: ({ query }) => {
        const choice = GpuChoice.nullable().parse(query.get("gpu"));
        return choice ? latestAnswer(readLatest(ctx), choice) : cachedLatest();
      },
    },
    {
      method: "GET",
      path: "/api/system/gpu/history",
      policy: "viewer",
      handle: ({ query }) => historyAnswer(ctx, query),
    },
  ];
}
