import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { PressureLevel } from "@/domain/pressure/pressure-level";
import { memoryLevel, memorySharePercent } from "@/domain/units/format-memory";
import { missingText } from "@/domain/units/gpu-metric-display";
import type { PressureView } from "./pressure-context";

export interface MemoryState {
  /** How full, in percent; null when used or total is not known. */
  sharePercent: number | null;
  /** The server's level, which is left only after a while; until it is known that of the share. */
  level: PressureLevel | null;
  sinceMs: number | null;
}

/** How full the memory of a GPU is, and what that means. */
export function memoryState(sample: GpuSample, view: PressureView): MemoryState {
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  const sharePercent = memorySharePercent(memoryUsedMib, memoryTotalMib);
  const noted = view.byUuid.get(sample.gpuUuid);
  const level = sharePercent === null ? null : memoryLevel(sharePercent, view.thresholds);
  return {
    sharePercent,
    level: sharePercent === null ? null : (noted?.level ?? level),
    sinceMs: noted?.sinceMs ?? null,
  };
}

/** Why there is no share: unified memory has none of its own, else what the source said. */
export function missingMemoryText({ values, missing, memoryKind }: GpuSample): string {
  if (memoryKind === "unified") return "unified memory: the GPU shares the memory of the host";
  return values.memoryUsedMib === null
    ? missingText(missing.memoryUsedMib)
    : `total: ${missingText(missing.memoryTotalMib)}`;
}
