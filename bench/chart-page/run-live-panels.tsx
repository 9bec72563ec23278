import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { ChartGroup } from "@/components/charts/chart-group";
import { type ChartLine } from "@/components/charts/chart-line";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { chartSeries, untilPainted } from "./chart-series";

const PANELS = 12;
const POINTS = 3_600;
const TICK_MS = 1_000;
const nothing = () => undefined;

/** All points of a live page, moved on by one sample a tick. */
function LivePanels({ onTick }: { onTick: (drawn: number) => void }) {
  const all = useMemo(() => chartSeries(POINTS + 600, PANELS), []);
  const [shift, setShift] = useState(0);
  useEffect(() => {
    onTick(shift);
    const timer = setTimeout(() => {
      setShift(shift + 1);
    }, TICK_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [shift, onTick]);
  const timesMs = useMemo(() => all.timesMs.slice(shift, shift + POINTS), [all, shift]);
  const lines = useMemo(
    () =>
      all.columns.map((column, panel): ChartLine => ({
        key: String(panel),
        label: `Panel ${panel}`,
        colour: "--series-1",
        timesMs,
        mean: column.slice(shift, shift + POINTS),
        min: null,
        max: null,
        counts: null,
        format: (value) => value.toFixed(1),
      })),
    [all, shift, timesMs],
  );
  return (
    <ShortcutProvider>
      {lines.map((line) => (
        <ChartGroup
          key={line.key}
          label={line.label}
          fromMs={timesMs[0] ?? 0}
          toMs={timesMs.at(-1) ?? 1}
          timesMs={timesMs}
          onZoom={nothing}
          describeAt={String}
          foot={<TimeAxis />}
        >
          <TimeChart
            title={line.label}
            unit="%"
            of="a panel"
            lines={[line]}
            gaps={[]}
            heightPx={86}
            reachMs={1_500}
          />
        </ChartGroup>
      ))}
    </ShortcutProvider>
  );
}

export interface LiveRun {
  ticks: number;
  /** Each task of more than 50 ms while the panels ran. */
  longTasksMs: number[];
  canvases: number;
}

/** Runs the panels for some seconds after they are there, and notes each long task. */
export async function runLivePanels(host: HTMLElement, seconds: number): Promise<LiveRun> {
  let ticks = 0;
  createRoot(host).render(
    <LivePanels
      onTick={() => {
        ticks += 1;
      }}
    />,
  );
  await untilPainted(host, PANELS);
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  const longTasksMs: number[] = [];
  const observer = new PerformanceObserver((list) => {
    longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: "longtask" });
  const before = ticks;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  observer.disconnect();
  return {
    ticks: ticks - before,
    longTasksMs,
    canvases: host.querySelectorAll("canvas").length,
  };
}
