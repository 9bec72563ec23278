import uPlot from "uplot";
import { chartSeries, SIZE, untilPainted } from "./chart-series";

/** Milliseconds from the data to the painted picture: uPlot as its own examples use it. */
export async function paintUplot(host: HTMLElement): Promise<number> {
  const { timesMs, columns } = chartSeries();
  const strokes = ["#2563eb", "#d97706", "#7c3aed"];
  const start = performance.now();
  new uPlot(
    {
      ...SIZE,
      scales: { x: { time: true } },
      ms: 1,
      series: [{}, ...columns.map((_, line) => ({ stroke: strokes[line] ?? "#000" }))],
    },
    [timesMs, ...columns],
    host,
  );
  await untilPainted(host);
  return performance.now() - start;
}
