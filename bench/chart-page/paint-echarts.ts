import { LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { chartSeries, SIZE, untilPainted } from "./chart-series";

use([LineChart, GridComponent, CanvasRenderer]);

/** The same with ECharts: canvas, without symbols and animation, every point drawn. */
export async function paintEcharts(host: HTMLElement): Promise<number> {
  const { timesMs, columns } = chartSeries();
  const pairs = columns.map((column) =>
    column.map((value, index) => [timesMs[index] ?? 0, value] as [number, number]),
  );
  const start = performance.now();
  const chart = init(host, null, SIZE);
  chart.setOption({
    animation: false,
    xAxis: { type: "time" },
    yAxis: { type: "value" },
    series: pairs.map((data) => ({ type: "line", showSymbol: false, data })),
  });
  chart.getZr().flush(); // else it would wait for a frame of its own
  await untilPainted(host);
  return performance.now() - start;
}
