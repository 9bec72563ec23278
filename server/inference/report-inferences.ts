import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { GpuChoice } from "@/domain/gpu/gpu-history-request";
import {
  type Inference,
  type InferenceRefusal,
  type InferenceReport,
  type InferenceReportAnswer,
  MAX_REPORT_AGE_MS,
  MAX_REPORT_AHEAD_MS,
} from "@/domain/inference/inference-report";
import { chooseGpu } from "@/server/gpu";
import type { InferenceContext } from "./inference-context";

/** Counts finished inferences. One that cannot be counted does not hold up the others; a report that is sent twice counts twice. */
export function reportInferences(
  ctx: InferenceContext,
  { inferences }: InferenceReport,
): InferenceReportAnswer {
  const fleet = ctx.readFleet();
  const nowMs = ctx.nowMs();
  const refused: InferenceReportAnswer["refused"] = [];
  for (const [index, inference] of inferences.entries()) {
    const gpuUuid = inference.gpu === null ? null : findGpu(ctx, fleet, inference.gpu);
    const reason = refusalOf(inference, { gpuUuid, nowMs });
    if (reason) {
      refused.push({ index, reason });
      continue;
    }
    ctx.ledger.add({ gpuUuid: gpuUuid ?? null, atMs: inference.at, count: inference.count });
    ctx.metrics.record(inference);
  }
  return { accepted: inferences.length - refused.length, refused };
}

function refusalOf(
  { at }: Inference,
  { gpuUuid, nowMs }: { gpuUuid: string | null | undefined; nowMs: number },
): InferenceRefusal | null {
  if (at < nowMs - MAX_REPORT_AGE_MS) return "too_old";
  if (at > nowMs + MAX_REPORT_AHEAD_MS) return "too_far_ahead";
  return gpuUuid === undefined ? "unknown_gpu" : null;
}

/** The UUID of the GPU that is named by it, or by `host/index`; undefined when there is none. */
function findGpu(ctx: InferenceContext, fleet: GpuFleet, name: string): string | undefined {
  const choice = GpuChoice.safeParse(name);
  if (!choice.success) return undefined;
  return chooseGpu(ctx, fleet, choice.data)?.sample.gpuUuid;
}
