import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import {
  metricFigure,
  metricText,
  metricUnit,
  missingText,
} from "@/domain/units/gpu-metric-display";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";

interface GpuValueProps {
  sample: GpuSample;
  metric: GpuMetric;
  /** Figure and unit, or the figure alone where the unit stands elsewhere. */
  withUnit?: boolean;
  /** Writes the reason of a missing value beside its "–", instead of showing it on hover only. */
  withReason?: boolean;
  className?: string;
}

/** One measured value. What is shown may be rounded; hovering and `data-value` have every digit. */
export function GpuValue({ sample, metric, withUnit, withReason, className }: GpuValueProps) {
  const value = sample.values[metric];
  const testId = `gpu-${sample.gpuUuid}-${metric}`;
  if (value === null) {
    const reason = missingText(sample.missing[metric]);
    return (
      <span
        data-testid={testId}
        data-value=""
        title={reason}
        className={`text-fg-3 ${className ?? ""}`}
      >
        {NO_VALUE}
        <span className={withReason === true ? "ml-1" : "sr-only"}> {reason}</span>
      </span>
    );
  }
  return (
    <span
      data-testid={testId}
      data-value={value}
      title={exactly(metric, value)}
      className={className}
    >
      {withUnit === true ? metricText(metric, value) : metricFigure(metric, value)}
    </span>
  );
}

/** The driver's own figure where the shown one is rounded: "44,848 MiB". */
function exactly(metric: GpuMetric, value: number): string | undefined {
  const unit = gpuMetricFacts[metric].unit;
  const exact = unit === "" ? formatFull(value) : `${formatFull(value)} ${unit}`;
  return metricUnit(metric) === unit && metricText(metric, value) === exact ? undefined : exact;
}
