import type { GpuHistoryQuery, GpuHistorySelection } from "@/domain/gpu/gpu-history";
import { alignRange, bucketLimit } from "@/domain/gpu/history-range";
import { chooseStepMs } from "@/domain/gpu/history-step";

/**
 * Each GPU and metric once, the step decided, and the range widened to whole steps: everybody who looks at the same buckets
 * asks the same.
 */
export function historySelection(
  query: GpuHistoryQuery,
  pollIntervalMs: number,
): GpuHistorySelection {
  const { fromMs, toMs, maxPoints } = query;
  const gpuUuids = [...new Set(query.gpuUuids)];
  const metrics = [...new Set(query.metrics)];
  let stepMs = query.stepMs ?? null;
  if (maxPoints !== undefined) {
    const limit = bucketLimit({ gpuUuids, metrics, maxPoints });
    stepMs = chooseStepMs({ fromMs, toMs, maxPoints: limit, pollIntervalMs });
  }
  return { gpuUuids, metrics, stepMs, ...alignRange({ fromMs, toMs, stepMs }) };
}
