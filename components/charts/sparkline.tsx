import { breakAtGaps, type Column, lonePoints, sampledPoints } from "@/domain/chart/break-at-gaps";
import { thinToPixels } from "@/domain/chart/pixel-columns";
import type { SeriesGap } from "@/domain/chart/series-gap";
import type { YRange } from "@/domain/chart/y-range";
import type { TimeSpan } from "./cursor-store";

interface SparklineProps {
  timesMs: readonly number[];
  values: Column;
  /** Samples in each bucket, where `values` are of buckets. */
  counts?: readonly number[] | null;
  span: TimeSpan;
  y: YRange;
  gaps?: readonly SeriesGap[];
  /** A token: `--series-1`, `--text-3`. */
  colour: string;
  isDashed?: boolean;
  heightPx: number;
  /** Opacity of the area below the line. */
  areaOpacity?: number;
}

const WIDTH = 1_000;
const HEIGHT = 200;
/** Of the widest card. */
const PIXELS = 160;
/** Room above and below, so that a line at an end of the range is not cut in half. */
const ROOM_PX = 1;

/** A line without axes, for cards and tiles. What it is of stands beside it, so it is hidden from screen readers. */
export function Sparkline(props: SparklineProps) {
  const { timesMs, values, span, y, gaps = [], colour, heightPx } = props;
  const sampled = sampledPoints(timesMs, [values], props.counts ?? null);
  const small = thinToPixels(
    { timesMs: sampled.timesMs, values: sampled.columns[0] ?? [] },
    { ...span, columns: PIXELS },
  );
  const broken = breakAtGaps(small.timesMs, [small.values], gaps);
  const column = broken.columns[0] ?? [];
  const xOf = (index: number) =>
    Math.round((((broken.timesMs[index] ?? 0) - span.fromMs) / (span.toMs - span.fromMs)) * WIDTH);
  const yOf = (value: number) =>
    Math.round((1 - (Math.min(y.max, Math.max(y.min, value)) - y.min) / (y.max - y.min)) * HEIGHT);
  const runs = runsOf(column);
  const line = runs
    .map((run) => run.map((index) => `${xOf(index)} ${yOf(column[index] ?? 0)}`).join("L"))
    .map((points) => `M${points}`)
    .join("");
  const area = runs
    .map((run) => {
      const points = run.map((index) => `${xOf(index)} ${yOf(column[index] ?? 0)}`).join("L");
      return `M${xOf(run[0] ?? 0)} ${HEIGHT}L${points}L${xOf(run.at(-1) ?? 0)} ${HEIGHT}Z`;
    })
    .join("");
  const lone = lonePoints(column)
    .map((index) => `M${xOf(index)} ${yOf(column[index] ?? 0)}h0`)
    .join("");
  const room = Math.round((HEIGHT * ROOM_PX) / (heightPx - 2 * ROOM_PX));
  return (
    <svg
      viewBox={`0 ${-room} ${WIDTH} ${HEIGHT + 2 * room}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ height: heightPx }}
      className="block w-full overflow-hidden"
    >
      <path d={area} fill={`var(${colour})`} fillOpacity={props.areaOpacity ?? 0.14} />
      <g fill="none" stroke={`var(${colour})`} strokeLinejoin="round">
        <path
          d={line}
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
          strokeDasharray={props.isDashed === true ? "4 3" : undefined}
        />
        <path d={lone} strokeWidth="3" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
      </g>
    </svg>
  );
}

/** Indices of unbroken stretches. */
function runsOf(column: Column): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  column.forEach((value, index) => {
    if (value !== null) run.push(index);
    if ((value === null || index === column.length - 1) && run.length > 0) {
      runs.push(run);
      run = [];
    }
  });
  return runs;
}
