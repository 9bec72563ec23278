"use client";
import { useMemo } from "react";
import { ChartGroup } from "@/components/charts/chart-group";
import { valueAt } from "@/components/charts/chart-legend";
import type { ChartInterval } from "@/components/charts/chart-line";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { sampledPoints } from "@/domain/chart/break-at-gaps";
import { type FleetEvent, throttleIntervals } from "@/domain/fleet/gpu-events";
import type { PressureBand } from "@/domain/fleet/pressure-events";
import { sampleGaps } from "@/domain/fleet/series-points";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { formatClock } from "@/domain/time/format-time";
import { type GpuLane, gpuLanes } from "./gpu-lanes";
import { usePressureView } from "./pressure-context";
import { SourceLane } from "./source-lane";
import type { GpuHistoryView } from "./use-gpu-history";

interface GpuChartsProps {
  series: GpuHistorySeries;
  gpu: LatestGpu | null;
  history: GpuHistoryView;
  events: readonly FleetEvent[];
  criticalBands: readonly PressureBand[];
  cursor: CursorStore;
  onZoom: (span: TimeSpan) => void;
}

const LANE_PX = 88;
const REACH_STEPS = 1.5;

/** Five lanes of one GPU on one time axis. */
export function GpuCharts(props: GpuChartsProps) {
  const { series, gpu, history, events, criticalBands, cursor, onZoom } = props;
  const { known, fromMs, toMs } = history;
  const { thresholds } = usePressureView();
  const lanes = useMemo(
    () => gpuLanes(series, { gpu, known, thresholds }),
    [series, gpu, known, thresholds],
  );
  const gaps = useMemo(() => sampleGaps(series, known), [series, known]);
  const intervals = useMemo(
    () =>
      throttleIntervals(series).map((interval) => ({
        fromMs: interval.fromMs,
        toMs: interval.isOpen ? toMs : interval.toMs,
        label: interval.label,
        tone: "warn" as const,
      })),
    [series, toMs],
  );
  const intervalsOf = (lane: GpuLane, index: number): ChartInterval[] => {
    if (lane.showsThrottling)
      return intervals.map((interval) => (index === 2 ? interval : { ...interval, label: "" }));
    if (!lane.showsPressure) return [];
    return criticalBands.map((band) => ({ ...band, label: "critical", tone: "crit" }));
  };
  const eventTimesMs = useMemo(
    () => events.map((event) => event.timeMs).sort((a, b) => a - b),
    [events],
  );
  // The cursor steps from sample to sample, not through empty buckets.
  const sampledMs = useMemo(
    () => sampledPoints(series.timesMs, [], series.counts).timesMs,
    [series],
  );
  const of = `GPU ${series.gpuIndex ?? "?"}, ${series.gpuName ?? "unnamed"}`;
  const reachMs = Math.max(known.stepMs ?? 0, known.cadenceMs) * REACH_STEPS;
  const describeAt = (timeMs: number) => {
    const values = lanes.flatMap((lane) =>
      lane.lines.map((line) => {
        const value = valueAt(line, timeMs, reachMs);
        return `${lane.title} ${line.label} ${value === null ? "no value" : `${line.format(value)} ${lane.unit}`}`;
      }),
    );
    return `${formatClock(timeMs, { seconds: true })}: ${values.join(", ")}`;
  };
  return (
    <ChartGroup
      label={`Charts of ${of}`}
      fromMs={fromMs}
      toMs={toMs}
      timesMs={sampledMs}
      eventTimesMs={eventTimesMs}
      cursor={cursor}
      onZoom={onZoom}
      describeAt={describeAt}
      head={<SourceLane series={series} known={known} events={events} />}
      foot={<TimeAxis />}
    >
      {lanes.map((lane, index) => (
        <TimeChart
          key={lane.title}
          {...lane}
          of={of}
          gaps={gaps}
          intervals={intervalsOf(lane, index)}
          heightPx={LANE_PX}
          reachMs={reachMs}
          withGapReason={index === lanes.length - 1}
        />
      ))}
    </ChartGroup>
  );
}
