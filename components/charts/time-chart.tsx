"use client";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { niceTicks } from "@/domain/chart/nice-ticks";
import type { SeriesGap } from "@/domain/chart/series-gap";
import { fitRange, settleRange, type SettledRange, type YRange } from "@/domain/chart/y-range";
import { formatRange } from "@/domain/time/format-time";
import { formatFigure } from "@/domain/units/format-number";
import { type ChartColours, useChartColours } from "./chart-colours";
import { percentOf, useChartCursor, useChartFrame } from "./chart-context";
import { ChartLegend, valueAt } from "./chart-legend";
import type { ChartInterval, ChartLine, ChartThreshold } from "./chart-line";
import { plotData } from "./plot-data";
import { GapBands, GridLines, IntervalBands, Thresholds, YAxis } from "./plot-furniture";
import { useUplot } from "./use-uplot";

interface TimeChartProps {
  /** "Utilisation" */
  title: string;
  /** "%" */
  unit: string;
  /** What it is of, for those who do not see it: "GPU 0, RTX 4090". */
  of: string;
  lines: readonly ChartLine[];
  /** Where no samples exist, for all lines. */
  gaps: readonly SeriesGap[];
  /** Where samples exist without the value of one line, by its key. */
  missing?: Readonly<Record<string, readonly SeriesGap[]>>;
  /** False where one line's gap must not hatch the plot of the others; its line still breaks. */
  isMissingDrawn?: boolean;
  thresholds?: readonly ChartThreshold[];
  intervals?: readonly ChartInterval[];
  /** Fixed ends, or null: fitted to the values, grows at once and shrinks after 30 s. */
  fixedRange?: YRange | null;
  /** Round values on the axis; without them they are chosen. */
  ticks?: readonly number[] | undefined;
  /** Ticks are round in this unit of the values: 1,024 for MiB that are shown as GiB. */
  tickUnit?: number;
  formatTick?: (value: number) => string;
  heightPx?: number;
  /** How far a point may be from the cursor and still count as being under it. */
  reachMs: number;
  /** Why there is no line, in place of the plot. */
  emptyReason?: string | null;
  /** Writes the reason of a gap into this plot; of stacked lanes one does. */
  withGapReason?: boolean;
  note?: ReactNode;
}

/** A plot with its axis on the left and its legend on the right (above it on a phone). Stands in a ChartGroup. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, of, lines, heightPx = 86, emptyReason = null } = props;
  const frame = useChartFrame();
  const y = useYRange(props);
  const ticks = ticksOf(props, y);
  const colours = useChartColours();
  const when = formatRange(frame, { nowMs: frame.toMs });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_var(--lw)] gap-3.5 border-t border-line-1 py-1.25 max-md:grid-cols-1 max-md:gap-0.75">
      <div
        role="img"
        aria-label={`${title} of ${of}, ${when}${describeGaps(props.gaps)}`}
        style={{ height: heightPx }}
        className="flex min-w-0"
      >
        <YAxis ticks={ticks} y={y} format={props.formatTick ?? formatFigure} />
        <div className="relative min-w-0 flex-1">
          <GridLines ticks={ticks} y={y} />
          {emptyReason === null ? (
            <>
              <IntervalBands intervals={props.intervals ?? []} span={frame} />
              <GapBands gaps={props.gaps} span={frame} withReason={props.withGapReason === true} />
              {props.isMissingDrawn !== false &&
                Object.values(props.missing ?? {}).map((gaps, index) => (
                  <GapBands key={index} gaps={gaps} span={frame} withReason />
                ))}
              {colours && <Lines {...props} colours={colours} y={y} />}
              <Thresholds thresholds={props.thresholds ?? []} y={y} />
              <CursorDots lines={lines} y={y} reachMs={props.reachMs} />
            </>
          ) : (
            <p className="absolute inset-0 grid place-content-center text-center type-11 text-fg-3">
              {emptyReason}
            </p>
          )}
        </div>
      </div>
      <div className="flex min-w-0 flex-col justify-center max-md:order-first max-md:flex-row max-md:flex-wrap max-md:items-baseline max-md:justify-between max-md:gap-x-2.5">
        <h3 className="type-11 font-semibold">
          {title} <span className="font-normal text-fg-3">{unit}</span>
        </h3>
        <ChartLegend lines={lines} reachMs={props.reachMs} />
        {props.note}
      </div>
    </div>
  );
}

/** None on an empty plot: there is nothing to read off. */
function ticksOf({ ticks, tickUnit = 1, emptyReason = null }: TimeChartProps, y: YRange) {
  if (emptyReason !== null) return [];
  return ticks ?? niceTicks(y.min / tickUnit, y.max / tickUnit).map((tick) => tick * tickUnit);
}

function describeGaps(gaps: readonly SeriesGap[]): string {
  if (gaps.length === 0) return "";
  return gaps.length === 1 ? ", one gap without samples" : `, ${gaps.length} gaps without samples`;
}

/** Four a pixel of a wide plot. */
const DENSE_POINTS = 12_000;

function Lines(props: TimeChartProps & { colours: ChartColours; y: YRange }) {
  const { lines, gaps, missing, colours, y } = props;
  const { fromMs, toMs } = useChartFrame();
  const dataFor = useCallback(
    (columns: number) =>
      plotData(
        lines,
        (line) => [...gaps, ...(missing?.[line.key] ?? [])].sort((a, b) => a.fromMs - b.fromMs),
        { fromMs, toMs, columns },
      ),
    [lines, gaps, missing, fromMs, toMs],
  );
  const x = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
  const container = useUplot({
    series: lines.map((line) => ({
      colour: colours[line.colour],
      dash: line.dash ?? [],
      isDense: line.timesMs.length > DENSE_POINTS,
      hasBand: line.min !== null && line.max !== null,
      isArea: line.isArea === true,
    })),
    dataFor,
    x,
    y,
  });
  return (
    <div
      ref={container}
      aria-hidden="true"
      className="pointer-events-none absolute inset-x-0 -inset-y-0.5 overflow-hidden [&_.u-over]:absolute [&_.u-under]:absolute [&_.u-wrap]:relative [&_canvas]:block [&_canvas]:size-full"
    />
  );
}

/** Dots where the cursor meets the lines. */
function CursorDots({
  lines,
  y,
  reachMs,
}: {
  lines: readonly ChartLine[];
  y: YRange;
  reachMs: number;
}) {
  const { timeMs } = useChartCursor();
  const frame = useChartFrame();
  if (timeMs === null) return null;
  return lines.map((line) => {
    const value = valueAt(line, timeMs, reachMs);
    if (value === null) return null;
    return (
      <i
        key={line.key}
        style={{
          left: `${percentOf(timeMs, frame)}%`,
          bottom: `${((value - y.min) / (y.max - y.min)) * 100}%`,
          backgroundColor: `var(${line.colour})`,
        }}
        className="absolute -mb-[3.5px] -ml-[3.5px] size-[7px] rounded-full border-[1.5px] border-surface-1"
      />
    );
  });
}

function useYRange({ fixedRange = null, lines, thresholds = [] }: TimeChartProps): YRange {
  const { toMs } = useChartFrame();
  const [settled, setSettled] = useState<SettledRange | null>(null);
  const wanted = useMemo(() => {
    const columns = lines.flatMap(({ mean, min, max }) => (min && max ? [min, max] : [mean]));
    return fitRange([...columns, thresholds.map((threshold) => threshold.value)]);
  }, [lines, thresholds]);
  // Derived during rendering, so that no frame shows a line outside its range.
  if (fixedRange === null && wanted !== null) {
    const next = settleRange(settled, wanted, toMs);
    if (!sameRange(settled, next)) setSettled(next);
  }
  return fixedRange ?? settled ?? wanted ?? { min: 0, max: 1 };
}

function sameRange(known: SettledRange | null, next: SettledRange): boolean {
  return (
    known !== null &&
    known.min === next.min &&
    known.max === next.max &&
    known.tooWideSinceMs === next.tooWideSinceMs
  );
}
