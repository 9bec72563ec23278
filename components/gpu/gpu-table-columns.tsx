import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { RangeLink } from "@/components/layout/range-link";
import { SourceBadge, StaleBadge } from "@/components/ui/badge";
import { Reason } from "@/components/ui/reason";
import { StaleIcon, UnsetIcon } from "@/components/ui/icons";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { formatClock } from "@/domain/time/format-time";
import { memoryLevel, memorySharePercent } from "@/domain/units/format-memory";
import { formatDecimals } from "@/domain/units/format-number";
import { missingText, shortGpuName } from "@/domain/units/gpu-metric-display";
import { gpuHref } from "./gpu-href";
import { GpuValue } from "./gpu-value";
import { ThrottleState } from "./throttle-state";
import { VramBar } from "./vram-bar";

export interface GpuTableColumn {
  key: string;
  head: string;
  isNumber?: boolean;
  /** What rows are sorted by; null goes last. */
  sortValue: (gpu: LatestGpu) => number | string | null;
  cell: (gpu: LatestGpu, nowMs: number) => ReactNode;
}

const metricColumn = (key: GpuMetric, head: string, withUnit = false): GpuTableColumn => ({
  key,
  head,
  isNumber: true,
  sortValue: ({ sample }) => sample.values[key],
  cell: ({ sample }) => <GpuValue sample={sample} metric={key} withUnit={withUnit} />,
});

const shareOf = ({ sample }: LatestGpu) =>
  memorySharePercent(sample.values.memoryUsedMib, sample.values.memoryTotalMib);

/** What the table of GPUs shows, in its order. */
export const gpuTableColumns: readonly GpuTableColumn[] = [
  {
    key: "gpu",
    head: "GPU",
    sortValue: ({ sample }) => sample.gpuIndex,
    cell: ({ sample }) => (
      <RangeLink
        href={gpuHref(sample.gpuUuid)}
        className="inline-block font-semibold hover:underline max-md:py-3.5"
      >
        GPU {sample.gpuIndex}
      </RangeLink>
    ),
  },
  {
    key: "model",
    head: "Model",
    sortValue: ({ sample }) => sample.gpuName,
    cell: ({ sample }) => (
      <span className="text-fg-2" title={sample.gpuName ?? undefined}>
        {shortGpuName(sample.gpuName)}
      </span>
    ),
  },
  {
    key: "source",
    head: "Source",
    sortValue: ({ sample }) => sample.source,
    cell: ({ sample, stale }, nowMs) =>
      stale ? (
        <StaleBadge ageMs={nowMs - sample.recordedAtMs} />
      ) : (
        <SourceBadge source={sample.source} />
      ),
  },
  {
    ...metricColumn("utilizationPercent", "SM", true),
    cell: ({ sample }) => (
      <GpuValue sample={sample} metric="utilizationPercent" withUnit className="font-medium" />
    ),
  },
  metricColumn("memoryBandwidthPercent", "Memory bus", true),
  {
    key: "vram",
    head: "VRAM GiB",
    sortValue: shareOf,
    cell: ({ sample, stale }) => <VramCell sample={sample} stale={stale} />,
  },
  {
    key: "memory",
    head: "Memory",
    sortValue: shareOf,
    cell: (gpu) => <MemoryCell gpu={gpu} />,
  },
  metricColumn("temperatureCelsius", "°C"),
  {
    ...metricColumn("powerWatts", "Power, limit W"),
    cell: ({ sample }) => (
      <>
        <GpuValue sample={sample} metric="powerWatts" />
        <span className="text-fg-3"> / </span>
        <GpuValue sample={sample} metric="powerLimitWatts" />
      </>
    ),
  },
  metricColumn("smClockMhz", "SM MHz"),
  metricColumn("fanSpeedPercent", "Fan", true),
  metricColumn("performanceState", "P-state"),
  {
    key: "throttle",
    head: "Throttle",
    sortValue: ({ sample }) => sample.values.throttleReasons,
    cell: ({ sample }) => <ThrottleState sample={sample} isTable />,
  },
];

function VramCell({ sample, stale }: LatestGpu) {
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  if (memoryUsedMib === null && memoryTotalMib === null)
    return <GpuValue sample={sample} metric="memoryUsedMib" withReason />;
  return (
    <span className="flex items-center gap-2">
      <VramBar
        usedMib={memoryUsedMib}
        totalMib={memoryTotalMib}
        isStale={stale}
        isSimulated={sample.source === "simulated"}
        className="w-23 flex-none"
      />
      <span>
        <GpuValue sample={sample} metric="memoryUsedMib" /> /{" "}
        <GpuValue sample={sample} metric="memoryTotalMib" />
      </span>
    </span>
  );
}

function missingMemory({ values, missing }: GpuSample): string {
  return values.memoryUsedMib === null
    ? missingText(missing.memoryUsedMib)
    : `total: ${missingText(missing.memoryTotalMib)}`;
}

const levelLooks = {
  normal: { text: "text-fg-2", icon: <CircleCheck className="size-3.5 text-ok" /> },
  warning: { text: "text-warn", icon: <TriangleAlert className="size-3.5" /> },
  critical: { text: "text-crit", icon: <OctagonAlert className="size-3.5" /> },
} as const;

function MemoryCell({ gpu }: { gpu: LatestGpu }) {
  const { sample, stale } = gpu;
  const share = shareOf(gpu);
  const row = "inline-flex items-center align-middle gap-1.5";
  if (stale)
    return (
      <span className={`${row} text-fg-3`}>
        <StaleIcon className="size-3.5" /> since{" "}
        {formatClock(sample.recordedAtMs, { seconds: true })}
      </span>
    );
  if (share === null)
    return (
      <Reason className={`${row} text-fg-2`} reason={missingMemory(sample)}>
        <UnsetIcon className="size-3.5" /> not computed
      </Reason>
    );
  const level = memoryLevel(share);
  return (
    <span className={`${row} ${levelLooks[level].text}`}>
      {levelLooks[level].icon} {level}, {formatDecimals(share, 1)} %
    </span>
  );
}
