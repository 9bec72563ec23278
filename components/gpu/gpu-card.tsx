import { Thermometer, Zap } from "lucide-react";
import { RadialGauge } from "@/components/charts/radial-gauge";
import { Sparkline } from "@/components/charts/sparkline";
import { RangeLink } from "@/components/layout/range-link";
import { SourceBadge, StaleBadge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Reason } from "@/components/ui/reason";
import { StaleIcon } from "@/components/ui/icons";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { columnOf, sampleGaps, type SeriesWindow } from "@/domain/fleet/series-points";
import { formatClock, formatIso } from "@/domain/time/format-time";
import { NO_VALUE } from "@/domain/units/format-number";
import { missingText, shortGpuName, sourceName } from "@/domain/units/gpu-metric-display";
import { gpuHref } from "./gpu-href";
import { GpuValue } from "./gpu-value";
import { MemoryShare } from "./memory-share";
import { ThrottleState } from "./throttle-state";
import { VramBar } from "./vram-bar";

interface GpuCardProps {
  gpu: LatestGpu;
  /** "GPU 0", or "atlas 0" where several hosts report. */
  label: string;
  /** MIG instances of this GPU, if it is split. */
  instances?: readonly LatestGpu[];
  nowMs: number;
  series: GpuHistorySeries | undefined;
  span: { fromMs: number; toMs: number };
  known: SeriesWindow;
}

const percentRange = { min: 0, max: 105 };

/** One GPU at a glance: how busy, how full, how hot, held back or not, and who says so. */
export function GpuCard(props: GpuCardProps) {
  const { gpu, label, instances = [], nowMs, series, span, known } = props;
  const { sample, stale } = gpu;
  const isSimulated = sample.source === "simulated";
  const colour = stale ? "--text-3" : isSimulated ? "--series-0" : "--series-1";
  const model = shortGpuName(sample.gpuName);
  return (
    <article
      aria-label={label}
      className={cn(
        "relative flex h-38.5 min-w-0 flex-col gap-1.75 rounded-8 border border-line-1 bg-surface-1 px-3 pt-2.25 hover:border-line-2 max-md:h-auto max-md:min-h-37.5",
        stale && "border-dashed border-line-control",
      )}
    >
      <div className="flex items-center gap-1.5 type-12">
        <h3 className="type-13 font-semibold whitespace-nowrap">
          <RangeLink
            href={gpuHref(sample.gpuUuid)}
            className="after:absolute after:inset-0 after:rounded-8"
          >
            {label}
          </RangeLink>
        </h3>
        <span className="min-w-0 flex-1 truncate text-fg-3" title={sample.gpuName ?? undefined}>
          {instances.length === 0 ? model : `${model}, MIG × ${instances.length}`}
        </span>
        {stale ? (
          <StaleBadge ageMs={nowMs - sample.recordedAtMs} title={formatIso(sample.recordedAtMs)} />
        ) : (
          <SourceBadge source={sample.source} title={`Source: ${sourceName(sample.source)}`} />
        )}
      </div>
      <div className="grid grid-cols-[46px_minmax(0,1fr)] items-center gap-3">
        <Gauge gpu={gpu} label={label} colour={colour} />
        <div className={cn("h-10.25 border-b border-chart-grid", stale && "opacity-75")}>
          {series && (
            <Sparkline
              timesMs={series.timesMs}
              values={columnOf(series, "utilizationPercent")}
              counts={series.counts}
              span={span}
              y={percentRange}
              gaps={sampleGaps(series, known)}
              colour={colour}
              isDashed={isSimulated}
              heightPx={40}
            />
          )}
        </div>
      </div>
      <Memory sample={sample} isStale={stale} />
      <CardBar gpu={gpu} instances={instances} />
      <CardFoot gpu={gpu} />
    </article>
  );
}

/** One bar of the whole card; of a split one a bar an instance, each as wide as its share. */
function CardBar({ gpu, instances }: { gpu: LatestGpu; instances: readonly LatestGpu[] }) {
  const look = { isStale: gpu.stale, isSimulated: gpu.sample.source === "simulated" };
  const sizes = instances.map(({ sample }) => sample.values.memoryTotalMib);
  if (instances.length === 0 || sizes.includes(null)) {
    const { memoryUsedMib, memoryTotalMib } = gpu.sample.values;
    if (gpu.sample.memoryKind === "unified" && memoryTotalMib === null) return null;
    return <VramBar usedMib={memoryUsedMib} totalMib={memoryTotalMib} {...look} />;
  }
  return (
    <span className="flex gap-0.5">
      {instances.map(({ sample }) => (
        <span key={sample.gpuUuid} style={{ flexGrow: sample.values.memoryTotalMib ?? 1 }}>
          <VramBar
            usedMib={sample.values.memoryUsedMib}
            totalMib={sample.values.memoryTotalMib}
            {...look}
          />
        </span>
      ))}
    </span>
  );
}

function Gauge(props: { gpu: LatestGpu; label: string; colour: string }) {
  const { colour, label } = props;
  const { sample, stale } = props.gpu;
  const percent = stale ? null : sample.values.utilizationPercent;
  const ring = {
    label: `Utilisation of ${label}`,
    percent,
    colour,
    isDashed: sample.source === "simulated",
  };
  if (percent !== null)
    return (
      <RadialGauge {...ring}>
        <GpuValue sample={sample} metric="utilizationPercent" />
        <small className="type-11 font-normal text-fg-3">%</small>
      </RadialGauge>
    );
  // The reason belongs to the whole ring: nothing inside a picture can have the focus.
  return (
    <Reason
      reason={stale ? "no new samples" : missingText(sample.missing.utilizationPercent)}
      className="rounded-8"
    >
      <RadialGauge {...ring}>
        <span data-testid={`gpu-${sample.gpuUuid}-utilizationPercent`} data-value="">
          {NO_VALUE}
        </span>
      </RadialGauge>
    </Reason>
  );
}

function Memory({ sample, isStale }: { sample: GpuSample; isStale: boolean }) {
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  const isUnknown = memoryUsedMib === null && memoryTotalMib === null;
  if (isUnknown && sample.memoryKind === "unified") return <UnifiedMemory sample={sample} />;
  const knownFigure = isStale ? "text-fg-2" : "font-medium text-fg-1";
  const memoryFigure = memoryUsedMib === null ? "" : knownFigure;
  return (
    <div className="-mb-0.75 flex gap-1 type-12 whitespace-nowrap text-fg-3">
      <span className="mr-0.5 text-fg-2">VRAM</span>
      <GpuValue
        sample={sample}
        metric="memoryUsedMib"
        withReason={isUnknown}
        className={memoryFigure}
      />
      {!isUnknown && (
        <span>
          / <GpuValue sample={sample} metric="memoryTotalMib" withUnit />
        </span>
      )}
      {isStale ? (
        <span>at {formatClock(sample.recordedAtMs, { seconds: true })}</span>
      ) : (
        <span className="ml-auto">
          <MemoryShare sample={sample} />
        </span>
      )}
    </div>
  );
}

/** A GPU that shares the memory of the host has none of its own: no figure, and never 0. */
function UnifiedMemory({ sample }: { sample: GpuSample }) {
  return (
    <div
      data-testid={`gpu-${sample.gpuUuid}-memoryUsedMib`}
      data-value=""
      className="flex flex-col type-12 whitespace-nowrap text-fg-3"
    >
      <span>
        <span className="mr-1.5 text-fg-2">VRAM</span>unified memory
      </span>
      <span>shared with the host, not reported apart</span>
    </div>
  );
}

function CardFoot({ gpu: { sample, stale, carriedFromMs } }: { gpu: LatestGpu }) {
  const figure = stale ? "text-fg-2" : "text-fg-1 font-medium";
  const hasLimit = sample.values.powerLimitWatts !== null;
  return (
    <div className="-mx-3 mt-auto flex h-7 min-w-0 flex-none items-center gap-3 border-t border-line-1 px-3 type-12 whitespace-nowrap text-fg-3">
      <span className="inline-flex items-center gap-1 align-middle" title="Temperature">
        <Thermometer className="size-3" />
        <span className="sr-only">Temperature</span>
        <GpuValue
          sample={sample}
          metric="temperatureCelsius"
          readAtMs={carriedFromMs.temperatureCelsius}
          className={figure}
          withUnit
          withAge
        />
      </span>
      <span className="inline-flex items-center gap-1 align-middle" title="Power, and its limit">
        <Zap className="size-3" />
        <span className="sr-only">Power</span>
        <GpuValue sample={sample} metric="powerWatts" className={figure} />
        {hasLimit ? (
          <span>
            /{" "}
            <GpuValue
              sample={sample}
              metric="powerLimitWatts"
              readAtMs={carriedFromMs.powerLimitWatts}
              withUnit
            />
          </span>
        ) : (
          sample.values.powerWatts !== null && "W"
        )}
      </span>
      <span className="ml-auto flex min-w-0">
        {stale ? (
          <span className="flex min-w-0 items-center gap-1">
            <StaleIcon className="size-3 flex-none" />
            <span className="truncate">Last known</span>
          </span>
        ) : (
          <ThrottleState sample={sample} />
        )}
      </span>
    </div>
  );
}
