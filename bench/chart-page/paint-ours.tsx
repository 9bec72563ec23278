import { createRoot } from "react-dom/client";
import { ChartGroup } from "@/components/charts/chart-group";
import { type ChartLine, dashes } from "@/components/charts/chart-line";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { chartSeries, SIZE, untilPainted } from "./chart-series";

const colours = ["--series-1", "--series-2", "--series-3"] as const;
const nothing = () => undefined;

/** The same with the chart of the pages: axes, legend with least, mean and most, cursor and brush, gaps. */
export async function paintOurs(host: HTMLElement): Promise<number> {
  const { timesMs, columns } = chartSeries();
  const start = performance.now();
  const lines = columns.map((mean, place): ChartLine => ({
    key: String(place),
    label: `Line ${place}`,
    colour: colours[place] ?? "--series-0",
    dash: dashes[place],
    timesMs,
    mean,
    min: null,
    max: null,
    counts: null,
    format: (value) => value.toFixed(1),
  }));
  createRoot(host).render(
    <ShortcutProvider>
      <ChartGroup
        label="Bench"
        fromMs={timesMs[0] ?? 0}
        toMs={timesMs.at(-1) ?? 1}
        timesMs={timesMs}
        onZoom={nothing}
        describeAt={String}
        foot={<TimeAxis />}
      >
        <TimeChart
          title="Bench"
          unit="%"
          of="three lines"
          lines={lines}
          gaps={[]}
          heightPx={SIZE.height}
          reachMs={1_500}
        />
      </ChartGroup>
    </ShortcutProvider>,
  );
  await untilPainted(host);
  return performance.now() - start;
}
