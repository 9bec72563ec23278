"use client";
import { ChevronDown, ChevronRight, CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { RangeLink } from "@/components/layout/range-link";
import { SourceBadge, StaleBadge } from "@/components/ui/badge";
import { Reason } from "@/components/ui/reason";
import { StaleIcon, UnsetIcon } from "@/components/ui/icons";
import { cn } from "@/components/ui/class-names";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { formatClock } from "@/domain/time/format-time";
import { memorySharePercent } from "@/domain/units/format-memory";
import { formatDecimals, NO_VALUE } from "@/domain/units/format-number";
import { shortGpuName } from "@/domain/units/gpu-metric-display";
import { gpuHref } from "./gpu-href";
import { GpuValue } from "./gpu-value";
import { memoryState, missingMemoryText } from "./memory-state";
import { usePressureView } from "./pressure-context";
import { ThrottleState } from "./throttle-state";
import { VramAmount } from "./vram-amount";

export interface GpuTableColumn {
  key: string;
  head: string;
  isNumber?: boolean;
  /** What rows are sorted by; null goes last. */
  sortValue: (gpu: LatestGpu) => number | string | null;
  cell: (row: FleetRow, context: RowContext) => ReactNode;
}

export interface RowContext {
  nowMs: number;
  /** Whether the MIG instances of this row are listed below it. */
  isOpen: boolean;
  onToggle: () => void;
}

const metricColumn = (key: GpuMetric, head: string, withUnit = false): GpuTableColumn => ({
  key,
  head,
  isNumber: true,
  sortValue: ({ sample }) => sample.values[key],
  cell: ({ gpu: { sample, carriedFromMs } }) => (
    <GpuValue
      sample={sample}
      metric={key}
      readAtMs={carriedFromMs[key]}
      withUnit={withUnit}
      withAge
    />
  ),
});

const shareOf = ({ sample }: LatestGpu) =>
  memorySharePercent(sample.values.memoryUsedMib, sample.values.memoryTotalMib);

/** What the table of GPUs shows, in its order. */
export const gpuTableColumns: readonly GpuTableColumn[] = [
  {
    key: "gpu",
    head: "GPU",
    sortValue: ({ sample }) => sample.gpuIndex,
    cell: (row, context) => <NameCell row={row} context={context} />,
  },
  {
    key: "model",
    head: "Model",
    sortValue: ({ sample }) => sample.gpuName,
    cell: ({ gpu: { sample }, instanceCount }) => {
      const model = sample.migProfile ?? shortGpuName(sample.gpuName);
      return (
        <span className="text-fg-2" title={sample.gpuName ?? undefined}>
          {instanceCount === 0 ? model : `${model}, MIG`}
        </span>
      );
    },
  },
  {
    key: "source",
    head: "Source",
    sortValue: ({ sample }) => sample.source,
    cell: ({ gpu: { sample, stale }, parentUuid }, { nowMs }) => {
      if (stale) return <StaleBadge ageMs={nowMs - sample.recordedAtMs} />;
      // That of the GPU, one row above.
      return parentUuid === null ? <SourceBadge source={sample.source} /> : null;
    },
  },
  {
    ...metricColumn("utilizationPercent", "SM", true),
    cell: ({ gpu: { sample, stale } }) =>
      stale ? (
        <Reason reason="no new samples" className="text-fg-3">
          {NO_VALUE}
        </Reason>
      ) : (
        <GpuValue sample={sample} metric="utilizationPercent" withUnit className="font-medium" />
      ),
  },
  metricColumn("memoryBandwidthPercent", "Memory bus", true),
  {
    key: "vram",
    head: "VRAM GiB",
    sortValue: shareOf,
    cell: ({ gpu }) => <VramCell {...gpu} />,
  },
  {
    key: "pressure",
    head: "Pressure",
    sortValue: shareOf,
    cell: ({ gpu }) => <PressureCell gpu={gpu} />,
  },
  metricColumn("temperatureCelsius", "°C"),
  {
    ...metricColumn("powerWatts", "Power, limit W"),
    cell: ({ gpu: { sample, carriedFromMs } }) => (
      <>
        <GpuValue sample={sample} metric="powerWatts" />
        <span className="text-fg-3"> / </span>
        <GpuValue
          sample={sample}
          metric="powerLimitWatts"
          readAtMs={carriedFromMs.powerLimitWatts}
        />
      </>
    ),
  },
  metricColumn("smClockMhz", "SM MHz"),
  {
    key: "throttle",
    head: "Throttle",
    sortValue: ({ sample }) => sample.values.throttleReasons,
    cell: ({ gpu: { sample } }) => <ThrottleState sample={sample} isTable />,
  },
  metricColumn("computeProcessesCount", "Processes"),
];

function NameCell({ row, context }: { row: FleetRow; context: RowContext }) {
  const { gpu, label, name, parentUuid, instanceCount } = row;
  const Chevron = context.isOpen ? ChevronDown : ChevronRight;
  return (
    <span className={cn("inline-flex items-center", parentUuid !== null && "pl-4.5")}>
      <RangeLink
        href={gpuHref(gpu.sample.gpuUuid)}
        aria-label={name}
        className={cn(
          "inline-block hover:underline max-md:py-3.5",
          parentUuid === null ? "font-semibold" : "text-fg-2",
        )}
      >
        {label}
      </RangeLink>
      {instanceCount > 0 && (
        <button
          type="button"
          aria-expanded={context.isOpen}
          aria-label={`MIG instances of ${name}`}
          title={context.isOpen ? "Hide the MIG instances" : "Show the MIG instances"}
          onClick={context.onToggle}
          className="ml-1 grid size-6 place-content-center rounded-4 text-fg-3 hover:bg-surface-3 hover:text-fg-1 max-md:size-11"
        >
          <Chevron className="size-3" />
        </button>
      )}
    </span>
  );
}

function VramCell({ sample, stale }: LatestGpu) {
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  if (memoryUsedMib === null && memoryTotalMib === null)
    return sample.memoryKind === "unified" ? (
      <span
        data-testid={`gpu-${sample.gpuUuid}-memoryUsedMib`}
        data-value=""
        className="text-fg-2"
        title="The GPU shares the memory of the host; it reports none of its own"
      >
        unified memory
      </span>
    ) : (
      <GpuValue sample={sample} metric="memoryUsedMib" withReason />
    );
  return <VramAmount sample={sample} stale={stale} />;
}

const levelLooks = {
  normal: { text: "text-fg-2", icon: <CircleCheck className="size-3.5 text-ok" /> },
  warning: { text: "text-warn", icon: <TriangleAlert className="size-3.5" /> },
  critical: { text: "text-crit", icon: <OctagonAlert className="size-3.5" /> },
} as const;

function PressureCell({ gpu }: { gpu: LatestGpu }) {
  const { sample, stale } = gpu;
  const view = usePressureView();
  const { sharePercent, level, sinceMs } = memoryState(sample, view);
  const row = "inline-flex items-center align-middle gap-1.5";
  if (stale)
    return (
      <span className={`${row} text-fg-3`}>
        <StaleIcon className="size-3.5" /> since{" "}
        {formatClock(sample.recordedAtMs, { seconds: true })}
      </span>
    );
  if (sharePercent === null || level === null)
    return (
      <Reason className={`${row} text-fg-2`} reason={missingMemoryText(sample)}>
        <UnsetIcon className="size-3.5" /> not computed
      </Reason>
    );
  const since = sinceMs === null ? undefined : `since ${formatClock(sinceMs, { seconds: true })}`;
  return (
    <span title={since} className={`${row} ${levelLooks[level].text}`}>
      {levelLooks[level].icon} {level}, {formatDecimals(sharePercent, 1)} %
    </span>
  );
}
