import { GpuExportRequest, GpuPointsRequest } from "@/domain/gpu/gpu-history-export";
import { encodeRawPoints } from "@/domain/gpu/raw-points";
import { AppError } from "@/server/errors";
import type { Route, RouteAnswer } from "@/server/http/route";
import { chooseGpu } from "./choose-gpu";
import { exportHistory } from "./export-history";
import type { GpuContext } from "./gpu-context";
import { readLatest } from "./read-latest";
import { readRawPoints } from "./read-raw-points";

/** `20260501T120000Z`: what a file name may hold everywhere. */
const timeInName = (timeMs: number) =>
  `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

async function exportAnswer(
  ctx: GpuContext,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<RouteAnswer> {
  const request = GpuExportRequest.parse({
    from: query.get("from") ?? undefined,
    to: query.get("to") ?? undefined,
    format: query.get("format"),
    gpu: query.getAll("gpu"),
    metric: query.getAll("metric"),
    step: query.get("step"),
  });
  const { format, totalRows, parts } = await exportHistory(ctx, request, signal);
  const name = `gpu-history-${timeInName(request.from)}-${timeInName(request.to)}.${format.extension}`;
  return {
    status: 200,
    contentType: format.contentType,
    headers: {
      "Content-Disposition": `attachment; filename="${name}"`,
      "X-Total-Rows": String(totalRows),
    },
    body: parts,
  };
}

async function pointsAnswer(ctx: GpuContext, query: URLSearchParams): Promise<RouteAnswer> {
  const { gpu, metrics, from, to } = GpuPointsRequest.parse({
    from: query.get("from") ?? undefined,
    to: query.get("to") ?? undefined,
    gpu: query.get("gpu"),
    metric: query.getAll("metric"),
  });
  const latest = chooseGpu(ctx, readLatest(ctx), gpu);
  // One that is long gone is known by its UUID alone.
  const gpuUuid = latest?.sample.gpuUuid ?? (gpu && "uuid" in gpu ? gpu.uuid : null);
  if (gpuUuid === null)
    throw new AppError(
      "NOT_FOUND",
      "No GPU of now has this index. Name one that is gone by its UUID.",
    );
  const points = await readRawPoints(ctx, { gpuUuid, metrics, fromMs: from, toMs: to });
  const bytes = encodeRawPoints(points, metrics);
  return {
    status: 200,
    contentType: "application/vnd.sightline.points",
    body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

/** Many samples at once: as a file that is streamed, or as binary columns (docs/api.md). */
export function exportRoutes(ctx: GpuContext): Route[] {
  return [
    {
      method: "GET",
      path: "/api/system/gpu/export",
      policy: "viewer",
      handle: ({ query, signal }) => exportAnswer(ctx, query, signal),
    },
    {
      method: "GET",
      path: "/api/system/gpu/points",
      policy: "viewer",
      handle: ({ query }) => pointsAnswer(ctx, query),
    },
  ];
}
