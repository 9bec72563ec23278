"use client";
import { useMemo } from "react";
import { ChartGroup } from "@/components/charts/chart-group";
import { LegendHead, valueAt } from "@/components/charts/chart-legend";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { formatClock } from "@/domain/time/format-time";
import { type ComparePlot, comparePlots } from "./compare-plots";
import type { GpuHistoryView } from "./use-gpu-history";

interface CompareChartsProps {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  /** overlaid: a line each in one plot · apart: a plot each, with the same scale. */
  layout: "overlaid" | "apart";
  events: readonly FleetEvent[];
  cursor: CursorStore;
  onZoom: (span: TimeSpan) => void;
}

const LANE_PX = { overlaid: 96, apart: 56 } as const;
const REACH_STEPS = 1.5;

/** Up to four GPUs on one time axis with one cursor. */
export function CompareCharts(props: CompareChartsProps) {
  const { rows, history, layout, events, cursor, onZoom } = props;
  const { series, known, fromMs, toMs } = history;
  const plots = useMemo(
    () => comparePlots({ rows, series, known, layout }),
    [rows, series, known, layout],
  );
  const timesMs = useMemo(
    () => [...new Set(plots.flatMap(({ lines }) => lines[0]?.timesMs ?? []))].sort((a, b) => a - b),
    [plots],
  );
  const eventTimesMs = useMemo(
    () => events.map((event) => event.timeMs).sort((a, b) => a - b),
    [events],
  );
  const reachMs = Math.max(known.stepMs ?? 0, known.cadenceMs) * REACH_STEPS;
  return (
    <ChartGroup
      label={`Charts of ${rows.map(({ name }) => name).join(", ")}`}
      fromMs={fromMs}
      toMs={toMs}
      timesMs={timesMs}
      eventTimesMs={eventTimesMs}
      cursor={cursor}
      onZoom={onZoom}
      describeAt={(timeMs) => describeAt(plots, timeMs, reachMs)}
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
          key={plot.key}
          title={plot.title}
          unit={plot.unit}
          of={plot.of}
          lines={plot.lines}
          gaps={plot.gaps}
          missing={plot.missing}
          isMissingDrawn={layout === "apart"}
          fixedRange={plot.fixedRange}
          ticks={plot.ticks}
          formatTick={plot.formatTick}
          emptyReason={plot.lines.length === 0 ? "– no values in this range" : null}
          heightPx={LANE_PX[layout]}
          reachMs={reachMs}
          withGapReason={layout === "apart" || index === plots.length - 1}
        />
      ))}
    </ChartGroup>
  );
}

function describeAt(plots: readonly ComparePlot[], timeMs: number, reachMs: number): string {
  const values = plots.flatMap((plot) =>
    plot.lines.map((line) => {
      const value = valueAt(line, timeMs, reachMs);
      const text = value === null ? "no value" : `${line.format(value)} ${plot.unit}`;
      return `${plot.title} ${line.label} ${text}`;
    }),
  );
  return `${formatClock(timeMs, { seconds: true })}: ${values.join(", ")}`;
}
