"use client";
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import type uPlot from "uplot";
import { lonePoints } from "@/domain/chart/break-at-gaps";
import type { YRange } from "@/domain/chart/y-range";
import { withOpacity } from "./chart-colours";
import { drawSoon } from "./draw-queue";
import type { TimeSpan } from "./cursor-store";

/** One drawn line; with `hasBand` two columns (least, most) follow its own in the data. */
export interface PlotSeries {
  colour: string;
  dash: readonly number[];
  hasBand: boolean;
  isArea: boolean;
  /** More points than pixels: it goes up and down in each of them. Dashes would not be seen, and both they and a wider stroke take a second. */
  isDense: boolean;
}

export interface PlotInput {
  series: readonly PlotSeries[];
  /** For a plot of so many pixels: times in ms, then the columns of `series` in order. null breaks a line, undefined does not. */
  dataFor: (columns: number) => uPlot.AlignedData;
  x: TimeSpan;
  y: YRange;
}

const LINE_WIDTH = 1.5;
const DENSE_WIDTH = 1;
/** The canvas reaches this far above and below the plot: a line at an end of its range is drawn outside the plot. */
const ROOM_PX = 2;
const LONE_POINT_SIZE = 3;
const BAND_OPACITY = 0.2;
const AREA_OPACITY = 0.14;

let loading: Promise<typeof uPlot> | null = null;
// Loaded with the first chart: no page needs it to show its figures.
function loadUplot(): Promise<typeof uPlot> {
  loading ??= import("uplot").then((loaded) => loaded.default);
  return loading;
}

/**
 * Keeps a uPlot in the returned element. It draws lines and bands only; axes, gaps, thresholds and the cursor are
 * elements above it, which scale with the page and have names.
 */
export function useUplot(input: PlotInput): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  /** What the plot shows: it is made with the first data, which need not be drawn a second time. */
  const drawn = useRef<PlotInput | null>(null);
  const structure = JSON.stringify(input.series);
  const create = useEffectEvent((Plot: typeof uPlot, element: HTMLElement) => {
    drawn.current = input;
    return new Plot(optionsOf(input, element), input.dataFor(pixelColumns(element)), element);
  });
  const resize = useEffectEvent((element: HTMLElement) => {
    const current = plot.current;
    const size = sizeOf(element);
    if (current === null) return;
    // The observer also tells the size that the plot was made with: drawing all again would take as long as the first time.
    if (current.width === size.width && current.height === size.height) return;
    current.batch(() => {
      current.setSize(size);
      draw(current, input.dataFor(pixelColumns(element)), input);
    });
  });

  // Before the page is painted: an empty plot would be a frame of its own.
  useLayoutEffect(() => {
    let isGone = false;
    let observer: ResizeObserver | null = null;
    const element = container.current;
    void loadUplot().then((Plot) => {
      if (isGone || element === null) return;
      plot.current = create(Plot, element);
      observer = new ResizeObserver(() => {
        resize(element);
      });
      observer.observe(element);
    });
    return () => {
      isGone = true;
      observer?.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [structure]);

  const { dataFor, x, y } = input;
  useEffect(() => {
    const current = plot.current;
    const element = container.current;
    if (current === null || element === null) return;
    const { current: last } = drawn;
    if (last?.dataFor === dataFor && last.x === x && last.y === y) return;
    return drawSoon(() => {
      if (plot.current !== current) return;
      drawn.current = null;
      current.batch(() => {
        draw(current, dataFor(pixelColumns(element)), { x, y });
      });
    });
  }, [dataFor, x, y]);
  return container;
}

function draw(plot: uPlot, data: uPlot.AlignedData, { x, y }: Pick<PlotInput, "x" | "y">) {
  plot.setData(data, false);
  // Setting the x scale draws all paths anew, also with equal ends; redraw() would put the old ends back.
  plot.setScale("y", y);
  plot.setScale("x", { min: x.fromMs, max: x.toMs });
}

/** Of the screen, not of CSS: more points than these cannot be told apart. */
function pixelColumns(element: HTMLElement): number {
  return Math.max(1, Math.round(element.clientWidth * window.devicePixelRatio));
}

function sizeOf(element: HTMLElement) {
  return {
    width: Math.max(1, Math.round(element.clientWidth)),
    height: Math.max(1, Math.round(element.clientHeight)),
  };
}

function optionsOf(input: PlotInput, element: HTMLElement): uPlot.Options {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of input.series) {
    series.push(lineOptions(line));
    if (!line.hasBand) continue;
    const least = series.push(envelopeOptions(line)) - 1;
    const most = series.push(envelopeOptions(line)) - 1;
    bands.push({ series: [most, least], fill: withOpacity(line.colour, BAND_OPACITY) });
  }
  return {
    ...sizeOf(element),
    padding: [ROOM_PX, 0, ROOM_PX, 0],
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, auto: false, min: input.x.fromMs, max: input.x.toMs },
      y: { auto: false, min: input.y.min, max: input.y.max },
    },
    series,
    bands,
  };
}

function lineOptions(line: PlotSeries): uPlot.Series {
  return {
    stroke: line.colour,
    width: line.isDense ? DENSE_WIDTH : LINE_WIDTH,
    dash: line.isDense ? [] : [...line.dash],
    ...(line.isArea && { fill: withOpacity(line.colour, AREA_OPACITY) }),
    points: {
      show: false,
      size: LONE_POINT_SIZE,
      width: 0,
      fill: line.colour,
      filter: (plot, index) =>
        lonePoints((plot.data[index] ?? []) as (number | null | undefined)[]),
    },
  };
}

function envelopeOptions(line: PlotSeries): uPlot.Series {
  return { stroke: withOpacity(line.colour, 0), width: 0, points: { show: false } };
}
