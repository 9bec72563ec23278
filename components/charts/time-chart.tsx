"use client";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { cn } from "@/components/ui/class-names";
import { niceTicks } from "@/domain/chart/nice-ticks";
import type { SeriesGap } from "@/domain/chart/series-gap";
import { fitRange, settleRange, type SettledRange, type YRange } from "@/domain/chart/y-range";
import { formatRange } from "@/domain/time/format-time";
import { formatFigure } from "@/domain/units/format-number";
import { type ChartColours, useChartColours } from "./chart-colours";
import { percentOf, useChartCursor, useChartFrame } from "./chart-context";
import { ChartLegend, valueAt } from "./chart-legend";
import type { ChartInterval, ChartLine, ChartMark, ChartThreshold } from "./chart-line";
import { plotData } from "./plot-data";
import { GapBands, GridLines, IntervalBands, Marks, Thresholds, YAxis } from "./plot-furniture";
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
  marks?: readonly ChartMark[];
  /** Fixed ends, or null: fitted to the values, grows at once and shrinks after 30 s. */
  fixedRange?: YRange | null;
  /** A fitted range begins at 0: the height of a line says how much. */
  isFromZero?: boolean;
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
  /** False where the page writes a legend of its own below the axis. */
  hasLegend?: boolean;
}

const noThresholds: readonly ChartThreshold[] = [];
const noMarks: readonly ChartMark[] = [];

/** A plot with its axis on the left and its legend on the right (above it on a phone). Stands in a ChartGroup. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, of, lines, heightPx = 86, emptyReason = null, hasLegend = true } = props;
  const frame = useChartFrame();
  const y = useYRange(props);
  const ticks = ticksOf(props, y);
  const when = formatRange(frame, { nowMs: frame.toMs });
  return (
    <div
      className={cn(
        "grid grid-cols-[minmax(0,1fr)_var(--lw)] gap-3.5 py-1.25 max-md:grid-cols-1 max-md:gap-0.75",
        hasLegend && "border-t border-line-1",
      )}
    >
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
            <Drawn {...props} y={y} />
          ) : (
            <p className="absolute inset-0 grid place-content-center text-center type-11 text-fg-3">
              {emptyReason}
            </p>
          )}
        </div>
      </div>
      {hasLegend && (
        <div className="flex min-w-0 flex-col justify-center max-md:order-first max-md:flex-row max-md:flex-wrap max-md:items-baseline max-md:justify-between max-md:gap-x-2.5">
          <h3 className="type-11 font-semibold">
            {title} <span className="font-normal text-fg-3">{unit}</span>
          </h3>
          <ChartLegend lines={lines} reachMs={props.reachMs} />
          {props.note}
        </div>
      )}
    </div>
  );
}

/** What stands in the plot, from the back to the front. */
function Drawn(props: TimeChartProps & { y: YRange }) {
  const { lines, gaps, y, missing = {}, isMissingDrawn = true } = props;
  const frame = useChartFrame();
  const colours = useChartColours();
  return (
    <>
      <IntervalBands intervals={props.intervals ?? []} span={frame} />
      <GapBands gaps={gaps} span={frame} withReason={props.withGapReason === true} />
      {isMissingDrawn &&
        Object.values(missing).map((ofLine, index) => (
          <GapBands key={index} gaps={ofLine} span={frame} withReason />
        ))}
      {colours && <Lines {...props} colours={colours} />}
      <Thresholds thresholds={props.thresholds ?? noThresholds} y={y} />
      <Marks marks={props.marks ?? noMarks} span={frame} y={y} />
      <CursorDots lines={lines} y={y} reachMs={props.reachMs} />
    </>
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

function useYRange(props: TimeChartProps): YRange {
  const { fixedRange = null, lines, thresholds = noThresholds, marks = noMarks } = props;
  const isFromZero = props.isFromZero === true;
  const { toMs } = useChartFrame();
  const [settled, setSettled] = useState<SettledRange | null>(null);
  const wanted = useMemo(() => {
    const columns = lines.flatMap(({ mean, min, max }) => (min && max ? [min, max] : [mean]));
    const others = [...thresholds, ...marks].map(({ value }) => value);
    const fitted = fitRange([...columns, others]);
    return isFromZero && fitted !== null ? { ...fitted, min: 0 } : fitted;
  }, [lines, thresholds, marks, isFromZero]);
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
