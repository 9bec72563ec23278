"use client";
import type { ReactNode } from "react";
import { Panel } from "@/components/ui/panel";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuProcess } from "@/domain/gpu/gpu-process";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { advisedConcurrency } from "@/domain/pressure/advised-concurrency";
import type { PressureForecast } from "@/domain/pressure/gpu-pressure";
import { formatDuration } from "@/domain/time/format-duration";
import { formatGib } from "@/domain/units/format-memory";
import { formatDecimals, formatFigure } from "@/domain/units/format-number";
import { GpuValue } from "./gpu-value";
import { MemoryShare } from "./memory-share";
import { memoryState } from "./memory-state";
import { usePressureView } from "./pressure-context";
import { VramBar } from "./vram-bar";
import { vramParts } from "./vram-parts";

interface VramPanelProps {
  gpu: LatestGpu;
  /** Who holds it, most first; empty while it is not known. */
  processes: readonly GpuProcess[];
}

/** How full the card is now: the one large figure of the page, the bar with its thresholds, and what follows from it. */
export function VramPanel({ gpu, processes }: VramPanelProps) {
  const { sample, stale } = gpu;
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  const figure = `type-28 font-semibold ${stale ? "text-fg-2" : "text-fg-1"}`;
  if (memoryUsedMib === null) return <UnknownMemory sample={sample} />;
  if (memoryTotalMib === null)
    return (
      <Panel label="VRAM now" className="flex-none p-3">
        <p className="flex flex-wrap items-baseline gap-x-1.5 text-fg-2">
          <GpuValue sample={sample} metric="memoryUsedMib" className={figure} />
          <span>
            GiB used, total <GpuValue sample={sample} metric="memoryTotalMib" withReason />
          </span>
        </p>
      </Panel>
    );
  return (
    <Panel label="VRAM now" stale={stale} className="flex-none px-3 pt-3 pb-1.5">
      <div className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-5 max-md:grid-cols-1 max-md:gap-2">
        <p className="flex items-baseline gap-1.5 whitespace-nowrap text-fg-2">
          <GpuValue sample={sample} metric="memoryUsedMib" className={figure} />
          <span>
            of <GpuValue sample={sample} metric="memoryTotalMib" withUnit />
          </span>
          <span className="ml-1 font-semibold">
            <MemoryShare sample={sample} />
          </span>
          <span className="text-fg-3">{formatGib(memoryTotalMib - memoryUsedMib)} free</span>
        </p>
        <Bar gpu={gpu} usedMib={memoryUsedMib} totalMib={memoryTotalMib} processes={processes} />
      </div>
      <PressureFacts sample={sample} isStale={stale} />
    </Panel>
  );
}

function UnknownMemory({ sample }: { sample: GpuSample }) {
  return (
    <Panel label="VRAM now" className="flex-none p-3">
      <p className="text-fg-2">
        VRAM{" "}
        {sample.memoryKind === "unified" ? (
          <span data-testid={`gpu-${sample.gpuUuid}-memoryUsedMib`} data-value="">
            <b className="font-semibold text-fg-1">unified memory.</b> The GPU shares the memory of
            the host and reports none of its own, so no pressure is computed.
          </span>
        ) : (
          <GpuValue sample={sample} metric="memoryUsedMib" withReason />
        )}
      </p>
    </Panel>
  );
}

function Bar(props: {
  gpu: LatestGpu;
  usedMib: number;
  totalMib: number;
  processes: readonly GpuProcess[];
}) {
  const { gpu, usedMib, totalMib, processes } = props;
  const { thresholds } = usePressureView();
  const isPlain = gpu.stale || gpu.sample.source === "simulated";
  const parts = isPlain ? [] : vramParts(processes, usedMib);
  return (
    <div
      role="meter"
      aria-label="VRAM used"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={(usedMib / totalMib) * 100}
      aria-valuetext={`${formatGib(usedMib)} of ${formatGib(totalMib)} GiB`}
    >
      <VramBar
        usedMib={usedMib}
        totalMib={totalMib}
        parts={parts}
        isStale={gpu.stale}
        isSimulated={gpu.sample.source === "simulated"}
        className="h-5.5 rounded-4"
      />
      <div aria-hidden="true" className="relative mt-0.5 h-3.5 type-11 text-fg-3">
        <span className="absolute left-0">0</span>
        {[thresholds.warningPercent, thresholds.criticalPercent].map((percent) => (
          <span
            key={percent}
            style={{ left: `${percent}%` }}
            className="absolute -translate-x-1/2 whitespace-nowrap"
          >
            {formatFigure(percent)} %
          </span>
        ))}
        <span className="absolute right-0 max-lg:hidden">{formatGib(totalMib)}</span>
      </div>
    </div>
  );
}

const USUAL_SLOTS = 4;

/** What follows from it: when it is full, and how much a service should do at once. */
function PressureFacts({ sample, isStale }: { sample: GpuSample; isStale: boolean }) {
  const view = usePressureView();
  const noted = view.byUuid.get(sample.gpuUuid);
  const { level } = memoryState(sample, view);
  if (noted === undefined || level === null || isStale) return null;
  const slots = advisedConcurrency(level, USUAL_SLOTS);
  const why = level === "normal" ? "no reason to hold back" : `while ${level}`;
  return (
    <dl className="mt-2 flex flex-wrap gap-y-1 border-t border-line-1 pt-2 pb-1 type-12 text-fg-2 max-md:flex-col [&>div:not(:first-child)]:ml-5 [&>div:not(:first-child)]:border-l [&>div:not(:first-child)]:border-line-1 [&>div:not(:first-child)]:pl-5 max-md:[&>div:not(:first-child)]:ml-0 max-md:[&>div:not(:first-child)]:border-0 max-md:[&>div:not(:first-child)]:pl-0">
      <Fact name="Forecast">
        <Forecast forecast={noted.forecast} isCritical={level === "critical"} />
      </Fact>
      <Fact name="Advised concurrency">
        <b className="font-semibold text-fg-1">{slots}</b> of {USUAL_SLOTS} at once, {why}
      </Fact>
      <Fact name="Entered so far">
        warning <b className="font-semibold text-fg-1">{noted.totals.warningCount}</b>, critical{" "}
        <b className="font-semibold text-fg-1">{noted.totals.criticalCount}</b> times
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-2 max-md:flex-col max-md:gap-0">
      <dt className="text-fg-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Forecast(props: { forecast: PressureForecast | null; isCritical: boolean }) {
  const { forecast, isCritical } = props;
  if (isCritical) return "critical now";
  if (forecast === null) return "memory does not grow towards critical";
  const seconds = Math.round(forecast.secondsToCritical);
  return (
    <>
      Critical in about <b className="font-semibold text-warn">{formatDuration(seconds * 1_000)}</b>{" "}
      at +{formatDecimals(forecast.slopePerMinute, 2)} pt/min{" "}
      <span className="text-fg-3">
        confidence {Math.round(forecast.confidence * 100)} %, from{" "}
        {formatDuration(forecast.spanSeconds * 1_000)}
      </span>
    </>
  );
}
