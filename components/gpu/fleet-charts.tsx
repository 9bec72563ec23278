"use client";
import { useMemo } from "react";
import { ChartGroup } from "@/components/charts/chart-group";
import { LegendHead, valueAt } from "@/components/charts/chart-legend";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { overlapOfGaps, type SeriesGap } from "@/domain/chart/series-gap";
import type { YRange } from "@/domain/chart/y-range";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import { sampleGaps } from "@/domain/fleet/series-points";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { formatClock } from "@/domain/time/format-time";
import { formatFigure } from "@/domain/units/format-number";
import { metricUnit } from "@/domain/units/gpu-metric-display";
import { fleetLines } from "./fleet-lanes";
import type { GpuHistoryView } from "./use-gpu-history";

interface FleetChartsProps {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  events: readonly FleetEvent[];
  cursor: CursorStore;
  onZoom: (span: TimeSpan) => void;
}

interface Lane {
  metric: GpuMetric;
  title: string;
  fixedRange: YRange | null;
  ticks: number[] | undefined;
}

const lanes: readonly Lane[] = [
  {
    metric: "utilizationPercent",
    title: "Utilisation",
    fixedRange: { min: 0, max: 105 },
    ticks: [0, 50, 100],
  },
  { metric: "memoryUsedMib", title: "VRAM used", fixedRange: null, ticks: undefined },
  { metric: "powerWatts", title: "Power", fixedRange: null, ticks: undefined },
];
const MIB_PER_GIB = 1_024;
const ROW_PX = 16;
const REACH_STEPS = 1.5;
const MAX_LINES = 9;

/** All GPUs on one time axis, a line each. */
export function FleetCharts({ rows, history, events, cursor, onZoom }: FleetChartsProps) {
  const { series, known, fromMs, toMs } = history;
  const shown = useMemo(() => rows.slice(0, MAX_LINES), [rows]);
  const plots = useMemo(
    () =>
      lanes.map((lane) => ({
        ...lane,
        lines: fleetLines({ rows: shown, series, known }, lane.metric),
      })),
    [shown, series, known],
  );
  const gaps = useMemo(() => commonGaps(series, known), [series, known]);
  const missing = useMemo(() => ownGaps(series, known), [series, known]);
  const timesMs = plots[0]?.lines[0]?.timesMs ?? [];
  const eventTimesMs = useMemo(
    () => events.map((event) => event.timeMs).sort((a, b) => a - b),
    [events],
  );
  const reachMs = Math.max(known.stepMs ?? 0, known.cadenceMs) * REACH_STEPS;
  const heightPx = Math.max(86, (shown.length + 1) * ROW_PX + 8);
  const describeAt = (timeMs: number) => {
    const values = plots.flatMap((plot) =>
      plot.lines.map((line) => {
        const value = valueAt(line, timeMs, reachMs);
        const text =
          value === null ? "no value" : `${line.format(value)} ${metricUnit(plot.metric)}`;
        return `${plot.title} ${line.label} ${text}`;
      }),
    );
    return `${formatClock(timeMs, { seconds: true })}: ${values.join(", ")}`;
  };
  return (
    <ChartGroup
      label="Charts of all GPUs"
      fromMs={fromMs}
      toMs={toMs}
      timesMs={timesMs}
      eventTimesMs={eventTimesMs}
      cursor={cursor}
      onZoom={onZoom}
      describeAt={describeAt}
      head={
        <div className="grid h-4 grid-cols-[minmax(0,1fr)_var(--lw)] gap-3.5 max-md:hidden">
          <span />
          <LegendHead format={(timeMs) => formatClock(timeMs, { seconds: true })} />
        </div>
      }
      foot={<TimeAxis />}
    >
      {plots.map((plot, index) => (
        <TimeChart
          key={plot.metric}
          title={plot.title}
          unit={metricUnit(plot.metric)}
          of="all GPUs"
          lines={plot.lines}
          gaps={gaps}
          missing={missing}
          isMissingDrawn={false}
          fixedRange={plot.fixedRange}
          ticks={plot.ticks}
          tickUnit={plot.metric === "memoryUsedMib" ? MIB_PER_GIB : 1}
          formatTick={(value) =>
            plot.metric === "memoryUsedMib"
              ? formatFigure(Math.round((value / MIB_PER_GIB) * 10) / 10)
              : formatFigure(value)
          }
          heightPx={heightPx}
          reachMs={reachMs}
          withGapReason={index === plots.length - 1}
        />
      ))}
    </ChartGroup>
  );
}

/** Only where no GPU was sampled may the whole plot be hatched. */
function commonGaps(series: GpuHistoryView["series"], known: GpuHistoryView["known"]): SeriesGap[] {
  return overlapOfGaps([...series.values()].map((one) => sampleGaps(one, known)));
}

/** Where one GPU is silent its line ends, whatever the others do. */
function ownGaps(series: GpuHistoryView["series"], known: GpuHistoryView["known"]) {
  return Object.fromEntries([...series].map(([gpuUuid, one]) => [gpuUuid, sampleGaps(one, known)]));
}
