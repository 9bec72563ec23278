import type uPlot from "uplot";
import { breakAtGaps, sampledPoints } from "@/domain/chart/break-at-gaps";
import type { SeriesGap } from "@/domain/chart/series-gap";
import { type PixelGrid, thinEnvelope, thinToPixels } from "@/domain/chart/pixel-columns";
import type { ChartLine } from "./chart-line";

/**
 * The columns of several lines on one list of times, lines broken at the gaps and no finer than the pixels of `grid`. A time
 * that one line lacks is `undefined` in it: the renderer passes over it, while null breaks the line.
 */
export function plotData(
  lines: readonly ChartLine[],
  gapsOf: (line: ChartLine) => readonly SeriesGap[],
  grid: PixelGrid,
): uPlot.AlignedData {
  const joined = joinedData(lines, gapsOf);
  if (joined !== null) return joined;
  const broken = lines.map((line) => {
    const { timesMs, columns } = thinLine(line, grid);
    return breakAtGaps(timesMs, columns, gapsOf(line));
  });
  const [first] = broken;
  if (first === undefined) return [[]];
  if (broken.length === 1) return [first.timesMs, ...first.columns] as uPlot.AlignedData;
  const times = [...new Set(broken.flatMap((line) => line.timesMs))].sort((a, b) => a - b);
  const positions = new Map(times.map((timeMs, position) => [timeMs, position]));
  const columns = broken.flatMap((line) =>
    line.columns.map((column) => {
      const aligned = Array.from<number | null | undefined>({ length: times.length });
      line.timesMs.forEach((timeMs, index) => {
        const position = positions.get(timeMs);
        if (position !== undefined) aligned[position] = column[index] ?? null;
      });
      return aligned;
    }),
  );
  return [times, ...columns];
}

/**
 * Samples of one series: their times are one list, so nothing has to be put in place, and the renderer thins them itself while it
 * draws. Null when they are not.
 */
function joinedData(
  lines: readonly ChartLine[],
  gapsOf: (line: ChartLine) => readonly SeriesGap[],
): uPlot.AlignedData | null {
  const [first, ...others] = lines;
  if (first?.counts !== null || first.min !== null) return null;
  const gaps = gapsOf(first);
  const isOne = others.every(
    (line) => line.timesMs === first.timesMs && line.min === null && sameGaps(gaps, gapsOf(line)),
  );
  if (!isOne) return null;
  const { timesMs, columns } = breakAtGaps(
    first.timesMs,
    lines.map(({ mean }) => mean),
    gaps,
  );
  return [timesMs, ...columns] as uPlot.AlignedData;
}

function sameGaps(left: readonly SeriesGap[], right: readonly SeriesGap[]): boolean {
  return (
    left.length === right.length &&
    left.every((gap, place) => {
      const other = right[place];
      return gap.fromMs === other?.fromMs && gap.toMs === other.toMs;
    })
  );
}

/** Mean, and of buckets least and most. */
function thinLine(line: ChartLine, grid: PixelGrid) {
  const columns = line.min && line.max ? [line.mean, line.min, line.max] : [line.mean];
  const sampled = sampledPoints(line.timesMs, columns, line.counts);
  const [mean = [], min, max] = sampled.columns;
  if (min && max) {
    const thin = thinEnvelope({ timesMs: sampled.timesMs, mean, min, max }, grid);
    return { timesMs: thin.timesMs, columns: [thin.mean, thin.min, thin.max] };
  }
  const thin = thinToPixels({ timesMs: sampled.timesMs, values: mean }, grid);
  return { timesMs: thin.timesMs, columns: [thin.values] };
}
