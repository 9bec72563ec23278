import * as z from "zod";
import type { GpuHistory, GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { AppError } from "@/server/errors";
import { defineTool } from "./tool";
import { chosenGpus, gpuArgument, GpuIdentity, identityOf } from "./tool-gpus";
import { isoOf, isoOrNull, IsoTime, rangeArguments, rangeOf } from "./tool-times";

const MAX_GPUS = 16;
const MAX_METRICS = 8;
const MAX_POINTS = 500;
const DEFAULT_POINTS = 60;
/** Some 200 kB of text: what a reader of this kind can take. */
const MAX_NUMBERS = 30_000;
const MAX_DAYS = 400;
const usualMetrics: GpuMetric[] = [
  "utilizationPercent",
  "memoryUsedMib",
  "temperatureCelsius",
  "powerWatts",
];

const Column = z.array(z.number().nullable());
const HistoryColumns = z.object({
  metric: GpuMetric,
  unit: z.string(),
  mean: Column,
  min: Column,
  max: Column,
});
const HistoryAnswer = z.object({
  from: IsoTime.describe("Begin of the first point; point i begins i × stepSeconds later"),
  to: IsoTime,
  stepSeconds: z.number(),
  simulated: z.boolean().describe("True: some values are invented"),
  stale: z.boolean().describe("True: the database did not answer, this is from memory"),
  series: z.array(
    GpuIdentity.extend({
      knownUntil: IsoTime.nullable().describe("Later samples are not in it yet; null: no samples"),
      metrics: z.array(HistoryColumns),
    }),
  ),
});

function columnsOf(series: GpuHistorySeries, metric: GpuMetric): z.infer<typeof HistoryColumns> {
  const of = (columns: GpuHistorySeries["mean"] | null) => columns?.[metric]?.map(rounded) ?? [];
  return {
    metric,
    unit: gpuMetricFacts[metric].unit,
    mean: of(series.mean),
    min: of(series.min),
    max: of(series.max),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000;
}

function sentenceOf({ series, stepMs, stale, simulated }: GpuHistory): string {
  const points = series[0]?.timesMs.length ?? 0;
  return [
    `${series.length} series of ${points} points, one each ${(stepMs ?? 0) / 1_000} s.`,
    ...(series.some(({ knownUntilMs }) => knownUntilMs === 0) ? ["Some hold no samples."] : []),
    ...(stale ? ["From memory: the database does not answer."] : []),
    ...(simulated ? ["Some values are simulated, not measured."] : []),
  ].join(" ");
}

/** `gpu.history`, in steps. */
export const gpuHistoryTool = defineTool({
  name: "get_gpu_history",
  title: "GPU history",
  description: `Mean, minimum and maximum of metrics over a range of at most ${MAX_DAYS} days, in even steps of at least 1 s. The server takes the smallest step that keeps to maxPoints and to ${MAX_NUMBERS.toLocaleString("en-GB")} numbers in all, so ask for few GPUs and metrics where you need a fine step. Null is a step without a value, never 0. throttleReasons is a set of bits: mean has those of any sample, min those of every one.`,
  input: z.strictObject({
    gpus: z
      .array(gpuArgument)
      .min(1)
      .max(MAX_GPUS)
      .optional()
      .describe(`Left out: all, where these are ${MAX_GPUS} at most.`),
    metrics: z.array(GpuMetric).min(1).max(MAX_METRICS).default(usualMetrics),
    ...rangeArguments,
    maxPoints: z
      .int()
      .min(1)
      .max(MAX_POINTS)
      .default(DEFAULT_POINTS)
      .describe("Points a series at most."),
  }),
  output: HistoryAnswer,
  async read(ctx, { gpus: choices, metrics: wanted, maxPoints, ...range }) {
    const times = rangeOf(range, { nowMs: ctx.nowMs(), maxDays: MAX_DAYS });
    const gpus = chosenGpus(ctx, await ctx.call.gpu.latest(), choices);
    const metrics = [...new Set(wanted)];
    if (gpus.length === 0)
      throw new AppError("NOT_FOUND", "No GPU is known, so there is no history.");
    if (gpus.length > MAX_GPUS)
      throw new AppError(
        "TOO_LARGE",
        `There are ${gpus.length} GPUs: name ${MAX_GPUS} at most in \`gpus\`.`,
      );
    const history = await ctx.call.gpu.history({
      ...times,
      gpuUuids: gpus.map(({ sample }) => sample.gpuUuid),
      metrics,
      maxPoints: Math.min(maxPoints, Math.floor(MAX_NUMBERS / (gpus.length * metrics.length * 3))),
    });
    const byUuid = new Map(gpus.map((gpu) => [gpu.sample.gpuUuid, gpu]));
    const data = {
      from: isoOf(history.fromMs),
      to: isoOf(history.toMs),
      stepSeconds: (history.stepMs ?? 0) / 1_000,
      simulated: history.simulated,
      stale: history.stale,
      series: history.series.flatMap((series) => {
        const gpu = byUuid.get(series.gpuUuid);
        return gpu === undefined
          ? []
          : {
              ...identityOf(gpu),
              knownUntil: isoOrNull(series.knownUntilMs || null),
              metrics: metrics.map((metric) => columnsOf(series, metric)),
            };
      }),
    };
    return { summary: sentenceOf(history), data };
  },
});
