import { setImmediate } from "node:timers/promises";
import type { GpuExportRequest } from "@/domain/gpu/gpu-history-export";
import type { GpuHistorySelection, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuChoice } from "@/domain/gpu/gpu-history-request";
import { alignRange } from "@/domain/gpu/history-range";
import { AppError } from "@/server/errors";
import { chooseGpu } from "./choose-gpu";
import { type ExportedGpu, type RowFormat, rowFormats } from "./export-rows";
import type { GpuContext } from "./gpu-context";
import type { StoredHistory } from "./gpu-store";
import { readLatest } from "./read-latest";

type Context = Pick<GpuContext, "readFleet" | "store" | "guard" | "hostName">;

/** An export that has begun: how many rows it will have, and its text in parts. */
export interface RunningExport {
  format: RowFormat;
  /** Exact for steps; raw samples may still arrive or age away. */
  totalRows: number;
  parts: AsyncIterable<string>;
}

const READ_LIMIT_MS = 5_000;
const MAX_ROWS = 20_000_000;
const ROWS_A_PART = 1_000;
const BUCKETS_A_READ = 2_000;
/** 9,000 samples at five a second, below what one read may answer. */
const FIRST_WINDOW_MS = 30 * 60_000;
const LONGEST_WINDOW_MS = 24 * 3_600_000;
const FEW_SAMPLES = 2_500;

function exportedGpu(ctx: Context, choice: GpuChoice): ExportedGpu {
  const latest = chooseGpu(ctx, readLatest(ctx), choice);
  if (latest) {
    const { gpuUuid: uuid, host, gpuIndex: index, gpuName: name } = latest.sample;
    return { uuid, host, index, name };
  }
  // One that is long gone is known by its UUID alone.
  if ("uuid" in choice) return { uuid: choice.uuid, host: null, index: null, name: null };
  throw new AppError(
    "NOT_FOUND",
    "No GPU of now has this index. Name one that is gone by its UUID, or leave out gpu to export all there are.",
  );
}

function gpusOf(ctx: Context, { gpus }: GpuExportRequest): ExportedGpu[] {
  const all = readLatest(ctx).gpus.map(({ sample }) => ({ uuid: sample.gpuUuid }));
  const chosen = (gpus.length === 0 ? all : gpus).map((choice) => exportedGpu(ctx, choice));
  return [...new Map(chosen.map((gpu) => [gpu.uuid, gpu])).values()];
}

/** Of one that is gone the database knows index and name. */
function described(gpu: ExportedGpu, { gpuIndex, gpuName }: GpuHistorySeries): ExportedGpu {
  return { ...gpu, index: gpu.index ?? gpuIndex, name: gpu.name ?? gpuName };
}

async function readWindow(ctx: Context, selection: GpuHistorySelection): Promise<StoredHistory> {
  return ctx
    .guard(() => ctx.store.readHistory(selection), READ_LIMIT_MS)
    .catch((cause: unknown) => {
      throw new AppError(
        "UNAVAILABLE",
        "The database does not answer, so the export cannot go on. Try again in a moment.",
        { cause },
      );
    });
}

/** The series of one GPU piece by piece, no more of it in memory than a few thousand rows. */
async function* windowsOf(
  ctx: Context,
  selection: GpuHistorySelection,
): AsyncGenerator<GpuHistorySeries> {
  const { stepMs } = selection;
  let windowMs = stepMs === null ? FIRST_WINDOW_MS : BUCKETS_A_READ * stepMs;
  for (let fromMs = selection.fromMs; fromMs < selection.toMs;) {
    const toMs = Math.min(selection.toMs, fromMs + windowMs);
    const { series, truncated } = await readWindow(ctx, { ...selection, fromMs, toMs });
    if (truncated) {
      windowMs = Math.max(1, Math.floor((toMs - fromMs) / 2));
      continue;
    }
    const [one] = series;
    if (one) yield one;
    fromMs = toMs;
    const isFew = stepMs === null && (one?.timesMs.length ?? 0) < FEW_SAMPLES;
    if (isFew) windowMs = Math.min(LONGEST_WINDOW_MS, 2 * windowMs);
  }
}

async function totalRows(ctx: Context, selection: GpuHistorySelection): Promise<number> {
  const { gpuUuids, fromMs, toMs, stepMs } = selection;
  if (stepMs !== null) return ((toMs - fromMs) / stepMs) * gpuUuids.length;
  const count = () => ctx.store.countSamples({ gpuUuids, fromMs, toMs });
  return ctx.guard(count, READ_LIMIT_MS).catch((cause: unknown) => {
    throw new AppError(
      "UNAVAILABLE",
      "The database does not answer, so nothing can be exported. Try again in a moment.",
      { cause },
    );
  });
}

/**
 * History as CSV or NDJSON, GPU by GPU and oldest first. Reads on only when a part was taken, and stops when the signal is
 * aborted. Throws NOT_FOUND, TOO_LARGE, UNAVAILABLE.
 */
export async function exportHistory(
  ctx: Context,
  request: GpuExportRequest,
  signal: AbortSignal,
): Promise<RunningExport> {
  const { metrics, stepMs } = request;
  const gpus = gpusOf(ctx, request);
  const gpuUuids = gpus.map(({ uuid }) => uuid);
  const range = alignRange({ fromMs: request.from, toMs: request.to, stepMs });
  const rows = await totalRows(ctx, { gpuUuids, metrics, stepMs, ...range });
  if (rows > MAX_ROWS)
    throw new AppError(
      "TOO_LARGE",
      "This export would have more than 20 million rows. Choose a larger step, a shorter range or fewer GPUs.",
    );
  const format = rowFormats[request.format];

  async function* parts(): AsyncGenerator<string> {
    yield format.head(metrics, stepMs === null);
    for (const gpu of gpus) {
      const selection = { gpuUuids: [gpu.uuid], metrics, stepMs, ...range };
      for await (const series of windowsOf(ctx, selection)) {
        for (let from = 0; from < series.timesMs.length; from += ROWS_A_PART) {
          if (signal.aborted) return;
          const to = Math.min(series.timesMs.length, from + ROWS_A_PART);
          yield format.rows(series, { gpu: described(gpu, series), metrics, from, to });
          await setImmediate(); // others have their turn between two parts
        }
      }
    }
  }

  return { format, totalRows: rows, parts: parts() };
}
