"use client";
import { type PointsColumn, PointsTable } from "@/components/charts/points-table";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import { sourceName } from "@/domain/units/gpu-metric-display";
import { throttleReasons } from "@/domain/units/throttle-reasons";
import { gpuPageMetrics } from "./gpu-lanes";

const shownMetrics = gpuPageMetrics.filter((metric) => metric !== "throttleReasons");

const headOf = (metric: GpuMetric) => {
  const { label, unit } = gpuMetricFacts[metric];
  return unit === "" ? label : `${label} ${unit}`;
};

const columns: readonly PointsColumn[] = [
  { key: "time", head: "Time" },
  ...shownMetrics.map((metric) => ({ key: metric, head: headOf(metric), isNumber: true })),
  { key: "throttle", head: "Throttle reasons" },
  { key: "source", head: "Source" },
];

interface GpuPointsTableProps {
  series: GpuHistorySeries;
  stepMs: number | null;
  nowMs: number;
  heightPx: number;
}

/** All lanes as a table, newest first, with every digit. Of buckets the mean is shown. */
export function GpuPointsTable({ series, stepMs, nowMs, heightPx }: GpuPointsTableProps) {
  const last = series.timesMs.length - 1;
  const what =
    stepMs === null ? "Samples, newest first" : `Means of ${stepMs / 1_000} s, newest first`;
  return (
    <PointsTable
      caption={what}
      columns={columns}
      rowCount={series.timesMs.length}
      heightPx={heightPx}
      keyOf={(row) => series.timesMs[last - row] ?? row}
      cellsOf={(row) => cellsOf(series, last - row, nowMs)}
    />
  );
}

/** A sample without this value; of a time without samples the last column says so. */
const missing = (metric: GpuMetric) => (
  <span key={metric} className="text-fg-3">
    {NO_VALUE} no value
  </span>
);

function cellsOf(series: GpuHistorySeries, index: number, nowMs: number) {
  const timeMs = series.timesMs[index] ?? 0;
  const source = series.sources[index] ?? null;
  const bits = (series.max ?? series.mean).throttleReasons?.[index] ?? null;
  const reasons = bits === null ? [] : throttleReasons(Math.round(bits));
  return [
    <time key="time" dateTime={formatIso(timeMs)} title={formatIso(timeMs)}>
      {formatDay(timeMs, { nowMs })} {formatClock(timeMs, { seconds: true })}
    </time>,
    ...shownMetrics.map((metric) => {
      const value = series.mean[metric]?.[index] ?? null;
      if (value !== null) return formatFull(value);
      return source === null ? NO_VALUE : missing(metric);
    }),
    bits === null
      ? source === null
        ? NO_VALUE
        : missing("throttleReasons")
      : reasons.map((reason) => reason.label).join(", ") || "none",
    source === null ? "– no samples" : sourceName(source),
  ];
}
