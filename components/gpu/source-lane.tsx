"use client";
import { percentOf, useChartFrame } from "@/components/charts/chart-context";
import { LegendHead } from "@/components/charts/chart-legend";
import { cn } from "@/components/ui/class-names";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import { sampleGaps, type SeriesWindow } from "@/domain/fleet/series-points";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import { formatClock } from "@/domain/time/format-time";
import { sourceName } from "@/domain/units/gpu-metric-display";
import { EventIcon, eventFlagColours } from "./event-icon";
import { SourceLine } from "./source-line";

interface SourceLaneProps {
  series: GpuHistorySeries;
  known: SeriesWindow;
  events: readonly FleetEvent[];
}

const MAX_FLAGS = 40;
const NAME_FROM_PERCENT = 6;

/** Above the plots: a flag for each event, and a line that shows which source gave the samples. */
export function SourceLane({ series, known, events }: SourceLaneProps) {
  const frame = useChartFrame();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_var(--lw)] items-end gap-3.5 max-md:grid-cols-1">
      <div className="relative ml-(--gut) h-9">
        <div aria-hidden="true">
          {events.slice(0, MAX_FLAGS).map((event) => (
            <i
              key={`${event.timeMs}-${event.text}`}
              title={`${formatClock(event.timeMs, { seconds: true })} ${event.text} ${event.detail}`}
              style={{ left: `${percentOf(event.timeMs, frame)}%` }}
              className={cn(
                "absolute top-0 grid size-4.5 -translate-x-1/2 place-content-center rounded-4 border",
                eventFlagColours[event.level],
              )}
            >
              <EventIcon event={event} className="size-2.75" />
            </i>
          ))}
        </div>
        <SourceStrip series={series} known={known} />
      </div>
      <LegendHead format={(timeMs) => formatClock(timeMs, { seconds: true })} />
    </div>
  );
}

function SourceStrip({ series, known }: { series: GpuHistorySeries; known: SeriesWindow }) {
  const frame = useChartFrame();
  const spans = sourceSpans(series, known);
  const words = spans.map(
    (span) => `${sourceName(span.source)} from ${formatClock(span.fromMs, { seconds: true })}`,
  );
  return (
    <div
      role="img"
      aria-label={`Source of the samples: ${words.join(", ") || "none"}`}
      className="absolute inset-x-0 bottom-0.5 h-3.5"
    >
      {spans.map((span) => {
        const left = Math.max(0, percentOf(span.fromMs, frame));
        const width = Math.min(100, percentOf(span.toMs, frame)) - left;
        if (width <= 0) return null;
        return (
          <i
            key={span.fromMs}
            title={`${sourceName(span.source)} from ${formatClock(span.fromMs, { seconds: true })}`}
            style={{ left: `${left}%`, width: `${width}%` }}
            className="absolute h-3.5"
          >
            <SourceLine source={span.source} />
            {width > NAME_FROM_PERCENT && (
              <b className="absolute top-0.5 left-0 max-w-full truncate type-11 leading-3.25 font-normal text-fg-3 not-italic">
                {sourceName(span.source)}
              </b>
            )}
          </i>
        );
      })}
    </div>
  );
}

interface SourceSpan {
  fromMs: number;
  toMs: number;
  source: GpuSource;
}

/** Stretches with one source; they end at gaps. */
function sourceSpans(series: GpuHistorySeries, known: SeriesWindow): SourceSpan[] {
  const gaps = sampleGaps(series, known);
  const spans: SourceSpan[] = [];
  const widthMs = known.stepMs ?? 0;
  series.sources.forEach((source, index) => {
    const timeMs = series.timesMs[index];
    if (source === null || timeMs === undefined) return;
    const last = spans.at(-1);
    const isApart = gaps.some((gap) => last && gap.fromMs >= last.fromMs && gap.toMs <= timeMs);
    if (last?.source === source && !isApart) last.toMs = timeMs + widthMs;
    else {
      if (last && !isApart) last.toMs = timeMs;
      spans.push({ fromMs: timeMs, toMs: timeMs + widthMs, source });
    }
  });
  return spans;
}
