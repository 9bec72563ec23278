"use client";
import { OctagonAlert, TriangleAlert } from "lucide-react";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { formatDecimals } from "@/domain/units/format-number";
import { memoryState } from "./memory-state";
import { usePressureView } from "./pressure-context";

const looks = {
  normal: { className: "text-fg-2", icon: null },
  warning: { className: "text-warn font-medium", icon: <TriangleAlert className="size-3" /> },
  critical: { className: "text-crit font-medium", icon: <OctagonAlert className="size-3" /> },
} as const;

/** `91.2 %` with the sign of its level; nothing when the share is not known. */
export function MemoryShare({ sample }: { sample: GpuSample }) {
  const { sharePercent, level } = memoryState(sample, usePressureView());
  if (sharePercent === null || level === null) return null;
  return (
    <span
      title={`Memory pressure: ${level}`}
      className={`inline-flex items-center gap-1 whitespace-nowrap ${looks[level].className}`}
    >
      {looks[level].icon}
      {level !== "normal" && <span className="sr-only">{level}, </span>}
      {formatDecimals(sharePercent, 1)} %
    </span>
  );
}
