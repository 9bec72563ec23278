import { paintEcharts } from "./paint-echarts";
import { paintOurs } from "./paint-ours";
import { paintUplot } from "./paint-uplot";
import { runLivePanels } from "./run-live-panels";

/** What bench/chart.ts calls in the browser. */
export interface ChartBench {
  paintUplot: (host: HTMLElement) => Promise<number>;
  paintEcharts: (host: HTMLElement) => Promise<number>;
  paintOurs: (host: HTMLElement) => Promise<number>;
  runLivePanels: typeof runLivePanels;
}

Object.assign(globalThis, {
  chartBench: { paintUplot, paintEcharts, paintOurs, runLivePanels } satisfies ChartBench,
});
