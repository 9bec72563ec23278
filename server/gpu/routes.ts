import { flatGpu } from "@/domain/gpu/flat-gpu";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { GpuChoice, GpuHistoryRequest } from "@/domain/gpu/gpu-history-request";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { AppError } from "@/server/errors";
import { jsonAnswer, type Route, type WholeAnswer } from "@/server/http/route";
import { chooseGpu } from "./choose-gpu";
import { exportRoutes } from "./export-routes";
import type { GpuContext } from "./gpu-context";
import type { NewestQuery } from "./gpu-store";
import { decodeHistoryCursor, encodeHistoryCursor } from "./history-cursor";
import { readLatest } from "./read-latest";
import { readRecentSamples } from "./read-recent-samples";

function latestAnswer(ctx: GpuContext, fleet: GpuFleet, choice: GpuChoice | null): WholeAnswer {
  const latest = chooseGpu(ctx, fleet, choice);
  if (choice && !latest)
    throw new AppError(
      "NOT_FOUND",
      "No GPU has this index, UUID or host and index. Leave out gpu to see all there are, in gpus.",
    );
  const gpus = fleet.gpus.map(flatGpu);
  return jsonAnswer({ ...flatGpu(latest), gpus });
}

/** The answer without a choice, made once a tick: most clients poll exactly that. */
function createCachedLatest(ctx: GpuContext) {
  let cached: { sequence: number; madeAtMs: number; answer: WholeAnswer } | null = null;
  return function cachedLatest(): WholeAnswer {
    const sequence = ctx.tickSequence();
    // Also by time: a GPU becomes stale without a tick, and the clock may be set back.
    const isFresh = cached && Math.abs(ctx.nowMs() - cached.madeAtMs) < ctx.pollIntervalMs;
    if (isFresh && cached?.sequence === sequence) return cached.answer;
    const fleet = readLatest(ctx);
    const { body, ...rest } = latestAnswer(ctx, fleet, null);
    const answer = { ...rest, body: Buffer.from(body) };
    cached = { sequence, madeAtMs: fleet.serverTimeMs, answer };
    return answer;
  };
}

/** A sample of the past is neither stale nor fresh: that is said once, of the whole answer. */
function historyItem(sample: GpuSample) {
  const { stale, recorded_at, ...flat } = flatGpu({ sample, stale: false, carriedFromMs: {} });
  return { recorded_at, ...flat };
}

/** Which samples a request means. A cursor names its GPU; without one, a GPU of now is looked up in memory first. */
function newestQuery(ctx: GpuContext, request: GpuHistoryRequest): NewestQuery {
  const { since: sinceMs, limit, gpu, cursor } = request;
  if (cursor !== null) {
    const { gpuUuid, beforeMs } = decodeHistoryCursor(cursor);
    return { gpu: { uuid: gpuUuid }, sinceMs, beforeMs, limit };
  }
  const latest = chooseGpu(ctx, readLatest(ctx), gpu);
  const selector = latest ? { uuid: latest.sample.gpuUuid } : (gpu ?? { index: 0 });
  return { gpu: selector, sinceMs, beforeMs: null, limit };
}

function nextCursor([oldest]: readonly GpuSample[]): string | null {
  if (!oldest) return null;
  return encodeHistoryCursor({ gpuUuid: oldest.gpuUuid, beforeMs: oldest.recordedAtMs });
}

async function historyAnswer(ctx: GpuContext, query: URLSearchParams): Promise<WholeAnswer> {
  const request = GpuHistoryRequest.parse({
    since: query.get("since"),
    limit: query.get("limit"),
    gpu: query.get("gpu"),
    cursor: query.get("cursor"),
  });
  const recent = await readRecentSamples(ctx, newestQuery(ctx, request));
  const items = recent.samples.map(historyItem);
  const pagination = {
    total: items.length,
    limit: request.limit,
    offset: null,
    cursor: request.cursor,
    next_cursor: recent.hasMore ? nextCursor(recent.samples) : null,
    has_more: recent.hasMore,
  };
  return jsonAnswer({ items, pagination, stale: recent.stale });
}

/** REST in the prescribed flat form (docs/api.md). */
export function gpuRoutes(ctx: GpuContext): Route[] {
  const cachedLatest = createCachedLatest(ctx);
  return [
    {
      method: "GET",
      path: "/api/system/gpu",
      policy: "viewer",
      handle: ({ query }) => {
        const choice = GpuChoice.nullable().parse(query.get("gpu"));
        return choice ? latestAnswer(ctx, readLatest(ctx), choice) : cachedLatest();
      },
    },
    {
      method: "GET",
      path: "/api/system/gpu/history",
      policy: "viewer",
      handle: ({ query }) => historyAnswer(ctx, query),
    },
    ...exportRoutes(ctx),
  ];
}
