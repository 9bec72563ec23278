import { Reason } from "@/components/ui/reason";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { formatDuration } from "@/domain/time/format-duration";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import {
  metricFigure,
  metricText,
  metricUnit,
  missingText,
} from "@/domain/units/gpu-metric-display";

interface GpuValueProps {
  sample: GpuSample;
  metric: GpuMetric;
  /** When the value was read, where that is before its sample: a source reads some values on a slower beat. */
  readAtMs?: number | undefined;
  /** Figure and unit, or the figure alone where the unit stands elsewhere. */
  withUnit?: boolean;
  /** Writes the reason of a missing value beside its "–", instead of showing it on hover and focus only. */
  withReason?: boolean;
  /** Writes how old a carried value is beside it, where it is old enough to matter. */
  withAge?: boolean;
  className?: string;
}

/** A carried value that is younger is as good as new; its age is on hover. */
const AGE_SHOWN_FROM_MS = 10_000;

/** One measured value. What is shown may be rounded; hovering and `data-value` have every digit. */
export function GpuValue(props: GpuValueProps) {
  const { sample, metric, withUnit, withReason, className } = props;
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
  const ageMs = props.readAtMs === undefined ? 0 : sample.recordedAtMs - props.readAtMs;
  const age = ageMs > 0 ? `read ${formatDuration(ageMs)} before the newest sample` : undefined;
  return (
    <>
      <span
        data-testid={testId}
        data-value={value}
        title={[exactly(metric, value), age].filter(Boolean).join(", ") || undefined}
        className={className}
      >
        {withUnit === true ? metricText(metric, value) : metricFigure(metric, value)}
      </span>
      {props.withAge === true && ageMs >= AGE_SHOWN_FROM_MS && (
        <small title={age} className="ml-1 type-11 font-normal text-fg-3">
          {formatDuration(ageMs)} ago
        </small>
      )}
    </>
  );
}

/** The driver's own figure where the shown one is rounded: "44,848 MiB". */
function exactly(metric: GpuMetric, value: number): string | undefined {
  const unit = gpuMetricFacts[metric].unit;
  const exact = unit === "" ? formatFull(value) : `${formatFull(value)} ${unit}`;
  return metricUnit(metric) === unit && metricText(metric, value) === exact ? undefined : exact;
}
