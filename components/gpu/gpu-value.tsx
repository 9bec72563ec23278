import { Reason } from "@/components/ui/reason";
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
  /** Writes the reason of a missing value beside its "–", instead of showing it on hover and focus only. */
  withReason?: boolean;
  className?: string;
}

/** One measured value. What is shown may be rounded; hovering and `data-value` have every digit. */
export function GpuValue({ sample, metric, withUnit, withReason, className }: GpuValueProps) {
  const value = sample.values[metric];
  const testId = `gpu-${sample.gpuUuid}-${metric}`;
  if (value === null) {
    const reason = missingText(sample.missing[metric]);
    const shared = {
      "data-testid": testId,
      "data-value": "",
      className: `text-fg-3 ${className ?? ""}`,
    };
    if (withReason === true)
      return (
        <span {...shared}>
          {NO_VALUE}
          <span className="ml-1"> {reason}</span>
        </span>
      );
    return (
      <Reason {...shared} reason={reason}>
        {NO_VALUE}
      </Reason>
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
