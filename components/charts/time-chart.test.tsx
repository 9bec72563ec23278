import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { ChartGroup } from "./chart-group";
import type { ChartLine } from "./chart-line";
import { plotData } from "./plot-data";
import { TimeAxis } from "./time-axis";
import { TimeChart } from "./time-chart";

afterEach(cleanup);

// jsdom has no canvas; what is drawn as elements is what is looked at here.
vi.mock("./use-uplot", () => ({ useUplot: () => ({ current: null }) }));
beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
});

const line = (over: Partial<ChartLine> = {}): ChartLine => ({
  key: "powerWatts",
  label: "Draw",
  colour: "--series-2",
  timesMs: [0, 1_000, 2_000, 8_000, 9_000, 10_000],
  mean: [100, 200, 300, 150, 250, 350],
  min: null,
  max: null,
  counts: null,
  format: String,
  ...over,
});
const gap = { fromMs: 2_000, toMs: 8_000, reason: "no-samples" as const };

function chart(onZoom = vi.fn()) {
  render(
    <ShortcutProvider>
      <ChartGroup
        label="Charts of GPU 0"
        fromMs={0}
        toMs={10_000}
        timesMs={line().timesMs}
        onZoom={onZoom}
        describeAt={(timeMs) => `at ${timeMs}`}
        foot={<TimeAxis />}
      >
        <TimeChart
          title="Power"
          unit="W"
          of="GPU 0"
          lines={[line()]}
          gaps={[gap]}
          thresholds={[{ value: 320, label: "limit 320", tone: "neutral" }]}
          reachMs={1_500}
          withGapReason
        />
      </ChartGroup>
    </ShortcutProvider>,
  );
  return { onZoom, group: screen.getByRole("group") };
}

describe("TimeChart", () => {
  test("says what, of what and when, and that something is missing", () => {
    chart();
    expect(screen.getByRole("img").getAttribute("aria-label")).toMatch(
      /^Power of GPU 0, .+, one gap without samples$/,
    );
  });

  test("a gap is a band with its reason; the threshold has its value", () => {
    const { group } = chart();
    const band = group.querySelector<HTMLElement>("[data-gap]");
    expect(band?.textContent).toBe("no samples, 6 s");
    expect([band?.style.left, band?.style.width]).toEqual(["20%", "60%"]);
    expect(screen.getByText("limit 320")).toBeTruthy();
  });

  test("the legend has the newest value and min, mean and max of what is visible", () => {
    chart();
    expect(screen.getByRole("listitem").textContent).toBe("Draw350100225350");
  });

  test("arrows move the cursor by samples, the values follow, Escape frees it", () => {
    const { group } = chart();
    fireEvent.keyDown(group, { key: "ArrowLeft" });
    expect(screen.getByRole("listitem").textContent).toContain("Draw350");
    fireEvent.keyDown(group, { key: "ArrowLeft" });
    expect(screen.getByRole("listitem").textContent).toContain("Draw250");
    fireEvent.keyDown(document.body, { key: "Escape" });
    expect(screen.getByRole("listitem").textContent).toContain("Draw350");
  });

  test("arrows work without the focus too: a held one goes on, with Shift ten at a time", () => {
    chart();
    fireEvent.keyDown(document.body, { key: "ArrowLeft" });
    fireEvent.keyDown(document.body, { key: "ArrowLeft", repeat: true });
    fireEvent.keyDown(document.body, { key: "ArrowLeft", repeat: true });
    expect(screen.getByRole("listitem").textContent).toContain("Draw150");
    fireEvent.keyDown(document.body, { key: "ArrowLeft", shiftKey: true });
    expect(screen.getByRole("listitem").textContent).toContain("Draw100");
    fireEvent.keyDown(document.body, { key: "ArrowRight", shiftKey: true });
    expect(screen.getByRole("listitem").textContent).toContain("Draw350");
  });

  test("a held key that is no cursor key acts once", () => {
    chart();
    fireEvent.keyDown(document.body, { key: "b", repeat: true });
    expect(screen.queryByRole("button", { name: /Zoom to/ })).toBeNull();
  });

  test("b brushes around the cursor and z zooms to it", () => {
    const { onZoom } = chart();
    fireEvent.keyDown(document.body, { key: "b" });
    expect(screen.getByRole("button", { name: /Zoom to/ })).toBeTruthy();
    fireEvent.keyDown(document.body, { key: "z" });
    expect(onZoom).toHaveBeenCalledWith({ fromMs: 8_000, toMs: 10_000 });
  });

  test("the live region speaks at most once a second", () => {
    vi.useFakeTimers();
    const { group } = chart();
    fireEvent.keyDown(group, { key: "ArrowLeft" });
    fireEvent.keyDown(group, { key: "ArrowLeft" });
    expect(screen.getByRole("status").textContent).toBe("");
    act(() => void vi.advanceTimersByTime(1_000));
    expect(screen.getByRole("status").textContent).toBe("at 9000");
    vi.useRealTimers();
  });
});

const grid = { fromMs: 0, toMs: 10_000, columns: 100 };

test("lines of different times are thinned to the pixels before they are put in place, and the peak stays", () => {
  const timesMs = Array.from({ length: 5_000 }, (_, index) => index * 2);
  const mean = timesMs.map((timeMs) => (timeMs === 7_002 ? 999 : 1));
  const other = line({ key: "other", timesMs: timesMs.map((timeMs) => timeMs + 1) });
  const lines = [line({ timesMs, mean }), { ...other, mean }];
  const [times = [], values = []] = plotData(lines, () => [], grid);
  expect(times.length).toBeLessThanOrEqual(800);
  expect(values).toContain(999);
});

test("lines of one series are drawn as they are: the same times are the same list", () => {
  const both = [line(), line({ key: "other", timesMs: line().timesMs })];
  const shared = both.map((one) => ({ ...one, timesMs: both[0]?.timesMs ?? [] }));
  const data = plotData(shared, () => [], grid);
  expect(data[0]).toBe(shared[0]?.timesMs);
  expect(data[2]).toBe(shared[1]?.mean);
});

test("a line breaks in a gap, and lines of other times do not break each other", () => {
  const other = line({ key: "other", timesMs: [500, 9_500], mean: [7, 8] });
  const data = plotData([line(), other], (one) => (one.key === "other" ? [] : [gap]), grid);
  expect(data[0]).toEqual([0, 500, 1_000, 2_000, 5_000, 8_000, 9_000, 9_500, 10_000]);
  expect(data[1]).toEqual([100, undefined, 200, 300, null, 150, 250, undefined, 350]);
  expect(data[2]).not.toContain(null);
});
