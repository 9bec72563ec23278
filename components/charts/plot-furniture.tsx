import type { SeriesGap } from "@/domain/chart/series-gap";
import type { YRange } from "@/domain/chart/y-range";
import { formatDuration } from "@/domain/time/format-duration";
import { cn } from "@/components/ui/class-names";
import { percentOf } from "./chart-context";
import type { ChartInterval, ChartMark, ChartThreshold } from "./chart-line";
import type { TimeSpan } from "./cursor-store";

const heightOf = (value: number, y: YRange) => ((value - y.min) / (y.max - y.min)) * 100;

/** Figures left of the plot, at the height of their grid lines. */
export function YAxis(props: {
  ticks: readonly number[];
  y: YRange;
  format: (v: number) => string;
}) {
  return (
    <div aria-hidden="true" className="relative w-(--gut) flex-none">
      {props.ticks.map((tick) => (
        <span
          key={tick}
          style={{ bottom: `${heightOf(tick, props.y)}%` }}
          className="absolute right-2 translate-y-1/2 type-11 whitespace-nowrap text-chart-axis"
        >
          {props.format(tick)}
        </span>
      ))}
    </div>
  );
}

export function GridLines({ ticks, y }: { ticks: readonly number[]; y: YRange }) {
  return ticks.map((tick) => (
    <i
      key={tick}
      style={{ bottom: `${heightOf(tick, y)}%` }}
      className="absolute inset-x-0 h-0 border-t border-chart-grid"
    />
  ));
}

// Beyond this many the bands are too thin to be told apart, and each costs an element.
const MAX_DRAWN_GAPS = 80;
const LABEL_FROM_PERCENT = 9;

/** The pattern of every gap, here and in heat maps. */
export const hatch =
  "repeating-linear-gradient(-45deg, transparent 0 4px, color-mix(in srgb, var(--chart-gap) 70%, transparent) 4px 5px)";

const gapWords = {
  "no-samples": "no samples",
  "no-value": "no value",
  "no-prompts": "no prompts",
} as const;

/** Hatched bands where nothing was measured, with their reason at the foot where it fits. */
export function GapBands({
  gaps,
  span,
  withReason,
}: {
  gaps: readonly SeriesGap[];
  span: TimeSpan;
  withReason: boolean;
}) {
  const widest = [...gaps]
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
    .slice(0, MAX_DRAWN_GAPS);
  return widest.map((gap) => {
    const left = Math.max(0, percentOf(gap.fromMs, span));
    const width = Math.min(100, percentOf(gap.toMs, span)) - left;
    if (width <= 0) return null;
    const reason = `${gapWords[gap.reason]}, ${formatDuration(gap.toMs - gap.fromMs)}`;
    const isWide = width >= LABEL_FROM_PERCENT;
    return (
      <i
        key={gap.fromMs}
        title={reason}
        data-gap={gap.reason}
        style={{ left: `${left}%`, width: `${width}%`, backgroundImage: hatch }}
        className="absolute inset-y-0 border-x border-dotted border-line-control"
      >
        {withReason && isWide && (
          <b className="absolute bottom-0.5 left-1 max-w-full truncate rounded-2 bg-surface-1/80 px-0.5 type-11 leading-3.5 font-medium text-fg-2 not-italic">
            {reason}
          </b>
        )}
      </i>
    );
  });
}

const thresholdTones = {
  neutral: { line: "border-fg-3", text: "text-fg-2" },
  warn: { line: "border-warn-fill", text: "text-warn" },
  crit: { line: "border-crit-fill", text: "text-crit" },
} as const;

/** Dashed lines with their value at the edge. */
export function Thresholds({
  thresholds,
  y,
}: {
  thresholds: readonly ChartThreshold[];
  y: YRange;
}) {
  return thresholds
    .filter(({ value }) => value >= y.min && value <= y.max)
    .map(({ value, label, tone, side }) => (
      <div key={label} style={{ bottom: `${heightOf(value, y)}%` }} className="absolute inset-x-0">
        <i className={cn("absolute inset-x-0 border-t border-dashed", thresholdTones[tone].line)} />
        <span
          className={cn(
            "absolute translate-y-[-50%] rounded-2 bg-surface-1 px-1 type-11 leading-3.25 whitespace-nowrap",
            side === "left" ? "left-1" : "right-1",
            thresholdTones[tone].text,
          )}
        >
          {label}
        </span>
      </div>
    ));
}

const markTones = { warn: "bg-warn-fill", crit: "bg-crit-fill" } as const;

/** Dots of 7 px at a time and a value. */
export function Marks({
  marks,
  span,
  y,
}: {
  marks: readonly ChartMark[];
  span: TimeSpan;
  y: YRange;
}) {
  return marks
    .filter(({ atMs, value }) => atMs >= span.fromMs && atMs <= span.toMs && value <= y.max)
    .map(({ key, atMs, value, label, tone }) => (
      <i
        key={key}
        title={label}
        style={{ left: `${percentOf(atMs, span)}%`, bottom: `${heightOf(value, y)}%` }}
        className={cn("absolute -mb-[3.5px] -ml-[3.5px] size-[7px] rounded-full", markTones[tone])}
      />
    ));
}

const intervalTones = {
  warn: "bg-warn-fill/13 border-warn-fill/45 text-warn",
  crit: "bg-crit-fill/13 border-crit-fill/45 text-crit",
} as const;

/** Stretches in which something held, 13 % with one pixel at the ends. */
export function IntervalBands({
  intervals,
  span,
}: {
  intervals: readonly ChartInterval[];
  span: TimeSpan;
}) {
  return intervals.map((interval) => {
    const left = Math.max(0, percentOf(interval.fromMs, span));
    const width = Math.min(100, percentOf(interval.toMs, span)) - left;
    if (width <= 0) return null;
    return (
      <i
        key={interval.fromMs}
        title={interval.label}
        style={{ left: `${left}%`, width: `${width}%` }}
        className={cn("absolute inset-y-0 border-x", intervalTones[interval.tone])}
      >
        {width >= LABEL_FROM_PERCENT && interval.label !== "" && (
          <b className="absolute bottom-0.5 left-1 max-w-full truncate type-11 leading-3.5 font-medium not-italic max-md:hidden">
            {interval.label}
          </b>
        )}
      </i>
    );
  });
}
