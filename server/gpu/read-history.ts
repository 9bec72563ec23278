import type { GpuHistory, GpuHistoryQuery, GpuHistorySelection } from "@/domain/gpu/gpu-history";
import { isTooLarge, readLimitMs } from "@/domain/gpu/history-range";
import { AppError } from "@/server/errors";
import type { GpuContext } from "./gpu-context";
import type { StoredHistory } from "./gpu-store";
import { historySelection } from "./history-selection";
import { ringHistory } from "./ring-history";

type Context = Pick<GpuContext, "ring" | "store" | "guard" | "pollIntervalMs">;

function hasSamples(history: StoredHistory): boolean {
  return history.series.some((series) => series.sources.some((source) => source !== null));
}

/** From memory, which reaches back only so far. Throws UNAVAILABLE when it holds nothing of the range. */
function fromMemory(ctx: Context, selection: GpuHistorySelection, cause: unknown): StoredHistory {
  const history = ringHistory(ctx.ring, selection);
  if (hasSamples(history)) return history;
  throw new AppError(
    "UNAVAILABLE",
    "The database does not answer, and memory holds nothing of this range. Choose a range nearer to now, or try again in a moment.",
    { cause },
  );
}

/**
 * Columns of values over a time range. Times are epoch ms; a range in steps is widened to whole steps, and the answer says so. Answers from
 * memory with `stale: true` when the database fails or needs more than 2 s (5 s for more than a day). Throws TOO_LARGE, UNAVAILABLE.
 */
export async function readHistory(ctx: Context, query: GpuHistoryQuery): Promise<GpuHistory> {
  const selection = historySelection(query, ctx.pollIntervalMs);
  if (isTooLarge(selection))
    throw new AppError(
      "TOO_LARGE",
      "This history would hold more than a million numbers. Ask for a larger stepMs, a shorter range, or fewer GPUs or metrics.",
    );
  let stale = false;
  const history = await ctx
    .guard(() => ctx.store.readHistory(selection), readLimitMs(selection))
    .catch((error: unknown) => {
      stale = true;
      return fromMemory(ctx, selection, error);
    });
  return {
    fromMs: selection.fromMs,
    toMs: selection.toMs,
    stepMs: selection.stepMs,
    pollIntervalMs: ctx.pollIntervalMs,
    simulated: history.series.some((series) => series.sources.includes("simulated")),
    stale,
    truncated: history.truncated,
    series: history.series,
  };
}
