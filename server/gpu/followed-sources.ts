import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";

/**
 * What is known of the sources while another portal reads the GPUs: those whose samples are of now. Never empty, since
 * that would say that nobody has looked yet.
 */
export function followedSources(gpus: readonly LatestGpu[]): SourceStatus[] {
  const live = gpus.filter(({ stale }) => !stale).map(({ sample }) => sample);
  const seen = GpuSource.options.flatMap((source): SourceStatus[] => {
    const times = live.filter((one) => one.source === source).map((one) => one.recordedAtMs);
    const checkedAtMs = Math.max(...times);
    if (times.length === 0) return [];
    return [{ source, state: "active", detail: "read by another portal", checkedAtMs }];
  });
  if (seen.length > 0) return seen;
  const detail = "another portal reads the GPUs";
  return [{ source: "smi", state: "standby", detail, checkedAtMs: null }];
}
