"use client";
import { type PointsColumn, PointsTable } from "@/components/charts/points-table";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import type { CsvCell } from "@/domain/chart/csv";
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
      return value === null ? NO_VALUE : formatFull(value);
    }),
    bits === null ? NO_VALUE : reasons.map((reason) => reason.label).join(", ") || "none",
    source === null ? "– no samples" : sourceName(source),
  ];
}

/** Head and rows of the download: means, and of buckets also least, most and the number of samples. */
export function gpuPointsCsv(series: GpuHistorySeries): {
  header: string[];
  rows: CsvCell[][];
} {
  const { min, max, counts } = series;
  const metrics = [...gpuPageMetrics];
  const names = metrics.map((metric) =>
    `${gpuMetricFacts[metric].key} ${gpuMetricFacts[metric].unit}`.trim(),
  );
  const isBucketed = min !== null && max !== null && counts !== null;
  return {
    header: [
      "time",
      "source",
      ...names,
      ...(isBucketed
        ? [...names.map((name) => `${name} min`), ...names.map((name) => `${name} max`), "samples"]
        : []),
    ],
    rows: series.timesMs.map((timeMs, index) => [
      formatIso(timeMs),
      series.sources[index] ?? null,
      ...metrics.map((metric) => series.mean[metric]?.[index] ?? null),
      ...(isBucketed
        ? [
            ...metrics.map((metric) => min[metric]?.[index] ?? null),
            ...metrics.map((metric) => max[metric]?.[index] ?? null),
            counts[index] ?? null,
          ]
        : []),
    ]),
  };
}
