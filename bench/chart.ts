import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { LTTB } from "downsample";
import { build } from "esbuild";
import { thinToPixels } from "@/domain/chart/pixel-columns";
import { alternate, type Benchmark, median } from "./benchmark";
import type { ChartBench } from "./chart-page/main";
import { LINES, POINTS_A_LINE, SIZE } from "./chart-page/chart-series";
import type { LiveRun } from "./chart-page/run-live-panels";

const root = path.resolve(import.meta.dirname, "..");
const ROUNDS = 7;
const LIVE_SECONDS = 20;
const LONG_TASK_MS = 50;
const MANY_POINTS = 1_000_000;
const FEW_POINTS = 1_000;
const POINTS_A_PIXEL = 4;
/** ECharts leaves a fifth of its canvas to margins. */
const LEAST_DRAWN = 0.7;

const versionOf = (name: string) =>
  (
    JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8")) as {
      version: string;
    }
  ).version;

/** The styles of the built product: without them no plot has a width. */
function builtStyles(): string {
  const folder = path.join(root, ".next/static");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const styles = names.filter((name) => name.endsWith(".css"));
  if (styles.length === 0) throw new Error("The built product has no styles.");
  return styles.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "chart-page/main.tsx")],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

type Paint = keyof Pick<ChartBench, "paintUplot" | "paintEcharts" | "paintOurs">;
type InPage = typeof globalThis & { chartBench: ChartBench };

interface Stage {
  browser: Browser;
  script: string;
  styles: string;
}

/** A page of its own for each round: nobody draws on what another one has warmed up. */
async function openPage({ browser, script, styles }: Stage, width: number) {
  const page = await browser.newPage({ viewport: { width, height: 2_000 } });
  await page.setContent(
    `<!doctype html><html lang="en"><style>${styles}</style><body><div id="host" style="width:${width - 20}px"></div>`,
  );
  await page.addScriptTag({ content: script });
  return page;
}

async function firstPaintMs(stage: Stage, paint: Paint): Promise<number> {
  const page = await openPage(stage, SIZE.width + 340);
  const elapsedMs = await page.evaluate((name) => {
    const host = document.querySelector<HTMLElement>("#host");
    if (host === null) throw new Error("no place to draw");
    return (globalThis as InPage).chartBench[name](host);
  }, paint);
  await checkDrawn(page);
  await page.close();
  return elapsedMs;
}

/** A blank canvas would be fast. */
async function checkDrawn(page: Awaited<ReturnType<typeof openPage>>): Promise<void> {
  const columns = await page.evaluate(() => {
    const canvas = document.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return 0;
    const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
    const drawn = new Set<number>();
    for (let pixel = 0; pixel < data.length / 4; pixel += 1)
      if ((data[pixel * 4 + 3] ?? 0) > 0) drawn.add(pixel % width);
    return drawn.size / width;
  });
  if (columns < LEAST_DRAWN)
    throw new Error(`Only ${Math.round(columns * 100)} % of the columns were drawn.`);
}

async function livePanels(stage: Stage): Promise<LiveRun> {
  const page = await openPage(stage, SIZE.width + 340);
  const run = await page.evaluate(async (seconds) => {
    const host = document.querySelector<HTMLElement>("#host");
    if (host === null) throw new Error("no place to draw");
    return (globalThis as InPage).chartBench.runLivePanels(host, seconds);
  }, LIVE_SECONDS);
  await page.close();
  if (run.ticks < LIVE_SECONDS / 2) throw new Error(`Only ${run.ticks} ticks were drawn.`);
  return run;
}

/** Million points a second. Both keep about 1,000 of 1,000,000. */
async function thinning() {
  const timesMs = Array.from({ length: MANY_POINTS }, (_, index) => index);
  const values = timesMs.map((timeMs) => 50 * Math.sin(timeMs / 997) + (timeMs % 83) / 10);
  const tuples = timesMs.map((timeMs, index): [number, number] => [timeMs, values[index] ?? 0]);
  const grid = { fromMs: 0, toMs: MANY_POINTS, columns: FEW_POINTS / POINTS_A_PIXEL };
  const speed = (run: () => number) => {
    const start = performance.now();
    const kept = run();
    if (kept > FEW_POINTS) throw new Error(`${kept} points were kept.`);
    return Promise.resolve(MANY_POINTS / (performance.now() - start) / 1_000);
  };
  const rounds = await alternate({
    rounds: 15,
    peer: () => speed(() => LTTB(tuples, FEW_POINTS).length),
    ours: () => speed(() => thinToPixels({ timesMs, values }, grid).timesMs.length),
  });
  return { peer: median(rounds.peer), ours: median(rounds.ours) };
}

async function run() {
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
  const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find(
    (file) => file !== undefined && existsSync(file),
  );
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const stage = { browser, script: await bundlePage(), styles: builtStyles() };
    const paint = (name: Paint) => () => firstPaintMs(stage, name);
    const bare = await alternate({
      rounds: ROUNDS,
      peer: paint("paintUplot"),
      ours: paint("paintOurs"),
    });
    const other = await alternate({
      rounds: ROUNDS,
      peer: paint("paintEcharts"),
      ours: paint("paintOurs"),
    });
    const live = await livePanels(stage);
    const thin = await thinning();
    return result({ bare, other, live, thin, chromium: browser.version() });
  } finally {
    await browser.close();
  }
}

interface Measured {
  bare: { peer: number[]; ours: number[] };
  other: { peer: number[]; ours: number[] };
  live: LiveRun;
  thin: { peer: number; ours: number };
  chromium: string;
}

function result({ bare, other, live, thin, chromium: version }: Measured) {
  const points = LINES * POINTS_A_LINE;
  const shown = points.toLocaleString("en");
  return {
    peer: `uplot ${versionOf("uplot")}, echarts ${versionOf("echarts")}, downsample ${versionOf("downsample")} in Chromium ${version}`,
    rounds: ROUNDS,
    rows: [
      {
        what: `first paint of ${shown} points, against bare uPlot`,
        unit: "ms",
        peer: median(bare.peer),
        ours: median(bare.ours),
        goal: "<= 1.3" as const,
      },
      {
        what: `first paint of ${shown} points, against ECharts`,
        unit: "ms",
        peer: median(other.peer),
        ours: median(other.ours),
        goal: "<= 0.25" as const,
      },
      {
        what: "12 live panels of 3,600 points: the longest task, against 50 ms",
        unit: "ms",
        peer: LONG_TASK_MS,
        // Shorter tasks are not reported to the page.
        ours: Math.max(LONG_TASK_MS - 1, ...live.longTasksMs),
        goal: "<= 1" as const,
      },
      {
        what: "1,000,000 points to 1,000, against LTTB of npm downsample",
        unit: "million points/s",
        peer: thin.peer,
        ours: thin.ours,
        goal: ">= 10" as const,
      },
    ],
    checks: [
      "Each side drew something in at least 70 % of the columns of its canvas; the rest are margins.",
      `The live panels drew ${live.ticks} ticks in ${LIVE_SECONDS} s; ${live.longTasksMs.length} tasks took more than 50 ms.`,
      "That each pixel column keeps its least, most, first and last value is the property test of domain/chart/pixel-columns.test.ts.",
    ],
    notes: [
      "Ours draws axes, legend with least, mean and most, cursor, brush and gaps besides the lines, and is rendered by React.",
      "The time runs from the points in memory to the frame in which they are painted; loading the scripts is not in it.",
    ],
  };
}

export const chart: Benchmark = {
  name: "P10",
  title: "first paint of a chart with 167k points, live panels, thinning",
  run,
};
