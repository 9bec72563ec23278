import type uPlot from "uplot";
import { breakAtGaps, type Column, sampledPoints } from "@/domain/chart/break-at-gaps";
import type { SeriesGap } from "@/domain/chart/series-gap";
import type { ChartLine } from "./chart-line";

/**
 * The columns of several lines on one list of times, lines broken at the gaps. A time that one line lacks is
 * `undefined` in it: the renderer passes over it, while null breaks the line.
 */
export function plotData(
  lines: readonly ChartLine[],
  gapsOf: (line: ChartLine) => readonly SeriesGap[],
): uPlot.AlignedData {
  const broken = lines.map((line) => {
    const sampled = sampledPoints(line.timesMs, columnsOf(line), line.counts);
    return breakAtGaps(sampled.timesMs, sampled.columns, gapsOf(line));
  });
  const [first] = broken;
  if (first === undefined) return [[]];
  if (broken.length === 1) return [first.timesMs, ...first.columns];
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

function columnsOf(line: ChartLine): Column[] {
  return line.min && line.max ? [line.mean, line.min, line.max] : [line.mean];
}
