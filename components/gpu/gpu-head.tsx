"use client";
import { Cpu } from "lucide-react";
import { Badge, SimulatedBadge, StaleBadge, StateBadge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { formatDuration } from "@/domain/time/format-duration";
import { formatIso } from "@/domain/time/format-time";
import { formatDecimals } from "@/domain/units/format-number";
import { shortUuid, sourceName } from "@/domain/units/gpu-metric-display";
import { memoryState } from "./memory-state";
import { usePressureView } from "./pressure-context";

interface GpuHeadProps {
  gpuUuid: string;
  gpuName: string | null;
  /** Null when the GPU is known from its history only. */
  gpu: LatestGpu | null;
  pollIntervalMs: number;
  nowMs: number;
}

/** Which card, what state it is in, and who reports it how often. */
export function GpuHead({ gpuUuid, gpuName, gpu, pollIntervalMs, nowMs }: GpuHeadProps) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <h2 className="type-16 font-semibold tracking-[-0.01em]">{gpuName ?? "Unnamed GPU"}</h2>
      {typeof gpu?.sample.migProfile === "string" && (
        <Badge tone="plain">MIG {gpu.sample.migProfile}</Badge>
      )}
      {gpu === null ? (
        <Badge tone="dashed">Not reporting</Badge>
      ) : (
        <>
          <MemoryBadge gpu={gpu} nowMs={nowMs} />
          {gpu.sample.source === "simulated" ? (
            <SimulatedBadge />
          ) : (
            <Badge
              tone="plain"
              icon={<Cpu />}
              title="Source of the newest sample, and how often it is asked"
            >
              {sourceName(gpu.sample.source)}, {formatDuration(pollIntervalMs)}
            </Badge>
          )}
          {gpu.stale && (
            <StaleBadge
              ageMs={nowMs - gpu.sample.recordedAtMs}
              title={`Since ${formatIso(gpu.sample.recordedAtMs)}; the values are the last known ones`}
            />
          )}
        </>
      )}
      <span className="flex items-center">
        <span className="type-code text-[11px] whitespace-nowrap text-fg-3" title={gpuUuid}>
          {shortUuid(gpuUuid)}
        </span>
        <CopyButton label="Copy the GPU's id" text={gpuUuid} />
      </span>
    </div>
  );
}

function MemoryBadge({ gpu, nowMs }: { gpu: LatestGpu; nowMs: number }) {
  const { sharePercent, level, sinceMs } = memoryState(gpu.sample, usePressureView());
  if (sharePercent === null || level === null || gpu.stale || level === "normal") return null;
  const since = sinceMs === null ? "" : `, ${formatDuration(nowMs - sinceMs)}`;
  return (
    <StateBadge
      state={level === "critical" ? "crit" : "warn"}
      title={`${formatDecimals(sharePercent, 1)} % of the memory is used`}
    >
      Pressure {level}
      {since}
    </StateBadge>
  );
}
