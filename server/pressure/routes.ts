import type { GpuChoice } from "@/domain/gpu/gpu-history-request";
import type { GpuPressure } from "@/domain/pressure/gpu-pressure";
import { PressureRequest, PressureStreamRequest } from "@/domain/pressure/pressure-request";
import { AppError } from "@/server/errors";
import { jsonAnswer, type Route, type RouteRequest } from "@/server/http/route";
import { pressureAnswer } from "./pressure-answer";
import type { PressureContext } from "./pressure-context";
import { type PressureView, streamPressure } from "./stream-pressure";

const MAX_STREAMS = 64;

/** The GPU that is meant; an index means a whole GPU, never a MIG instance of it. Throws NOT_FOUND. */
function choose(gpus: readonly GpuPressure[], choice: GpuChoice): GpuPressure {
  const found = gpus.find((gpu) => {
    if ("uuid" in choice) return gpu.gpuUuid === choice.uuid;
    const isOnHost = !("host" in choice) || gpu.host === choice.host;
    return gpu.parentUuid === null && gpu.gpuIndex === choice.index && isOnHost;
  });
  if (!found)
    throw new AppError(
      "NOT_FOUND",
      "No GPU has this index or UUID. Leave out gpu to see all there are, in gpus.",
    );
  return found;
}

/** What one client looks at. Throws NOT_FOUND for a GPU that is not there. */
function viewOf(
  ctx: PressureContext,
  { gpu, max }: { gpu: GpuChoice | null; max: number },
): PressureView {
  const gpuUuid = gpu && choose(ctx.readPressure().gpus, gpu).gpuUuid;
  const version = () => (gpuUuid === null ? ctx.readPressure().version : ctx.versionOf(gpuUuid));
  return {
    gpuUuid,
    version,
    answer() {
      const pressure = ctx.readPressure();
      const chosen = gpuUuid === null ? null : choose(pressure.gpus, { uuid: gpuUuid });
      return pressureAnswer(pressure, { gpu: chosen, max, version: version() });
    },
  };
}

async function pressureNow(ctx: PressureContext, { query, signal }: RouteRequest) {
  const request = PressureRequest.parse({
    gpu: query.get("gpu"),
    max: query.get("max"),
    wait: query.get("wait"),
    version: query.get("version"),
  });
  const view = viewOf(ctx, request);
  if (request.waitMs > 0) {
    const endMs = performance.now() + request.waitMs;
    // Woken by another GPU's change, it goes on waiting.
    while (view.version() === request.version && !ctx.polls.isEnded && !signal.aborted) {
      const limitMs = endMs - performance.now();
      if (limitMs <= 0) break;
      await ctx.polls.wait({ limitMs, signal });
    }
  }
  return jsonAnswer(view.answer());
}

function pressureStream(
  ctx: PressureContext,
  openStreams: Set<object>,
  { query, signal, lastEventId: sent }: RouteRequest,
) {
  const { lastEventId, ...request } = PressureStreamRequest.parse({
    gpu: query.get("gpu"),
    max: query.get("max"),
    lastEventId: sent,
  });
  const view = viewOf(ctx, request);
  if (openStreams.size >= MAX_STREAMS)
    throw new AppError(
      "TOO_MANY",
      `${MAX_STREAMS} streams are open already. Ask /api/system/gpu/pressure instead.`,
    );
  // Counted only while it runs: the answer to a HEAD is never read.
  async function* body() {
    const place = {};
    openStreams.add(place);
    try {
      yield* streamPressure(ctx, view, { lastEventId, signal });
    } finally {
      openStreams.delete(place);
    }
  }
  return { status: 200, contentType: "text/event-stream; charset=utf-8", body: body() };
}

/** REST in the reference's keys, with ours behind them (docs/api.md). */
export function pressureRoutes(ctx: PressureContext): Route[] {
  const openStreams = new Set<object>();
  return [
    {
      method: "GET",
      path: "/api/system/gpu/pressure",
      policy: "viewer",
      handle: (request) => pressureNow(ctx, request),
    },
    {
      method: "GET",
      path: "/api/system/gpu/pressure/stream",
      policy: "viewer",
      handle: (request) => pressureStream(ctx, openStreams, request),
    },
  ];
}
