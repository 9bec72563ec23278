import * as z from "zod";
import { GpuChoice } from "./gpu-history-request";
import type { GpuMetric } from "./gpu-metric";
import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import { isoTimeMs } from "./history-time";
import { historyStepsMs } from "./history-step";

const DAY_MS = 86_400_000;
const MAX_RAW_RANGE_MS = 31 * DAY_MS;
const MAX_RANGE_MS = 400 * DAY_MS;
const MAX_GPUS = 64;

const metricsByName = new Map<string, GpuMetric>(
  gpuMetrics.flatMap((metric) => [
    [metric, metric],
    [gpuMetricFacts[metric].key, metric],
  ]),
);

/** The parameters `metric` of a query string: names or keys, also several in one, separated by commas. None = all. */
const Metrics = z.array(z.string().max(2_000)).transform((texts, context): GpuMetric[] => {
  const names = texts.flatMap((text) => text.split(",")).filter((name) => name !== "");
  const metrics = names.map((name) => metricsByName.get(name));
  const unknown = names.find((name) => !metricsByName.has(name));
  if (unknown !== undefined) {
    const message = `"${unknown.slice(0, 40)}" is no metric: use the keys of /api/system/gpu, such as utilization`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
  const known = metrics.filter((metric) => metric !== undefined);
  return known.length === 0 ? [...gpuMetrics] : [...new Set(known)];
});

const offeredSeconds = historyStepsMs.map((stepMs) => stepMs / 1_000);

/** Seconds, or `raw`. */
const StepMs = z
  .string()
  .transform((text) =>
    text === "raw" ? null : historyStepsMs.find((ms) => `${ms / 1_000}` === text),
  )
  .refine((stepMs) => stepMs !== undefined, {
    error: `step must be raw or one of ${offeredSeconds.join(", ")} (seconds)`,
  })
  .transform((stepMs) => stepMs ?? null);

const range = { from: isoTimeMs("from"), to: isoTimeMs("to") };

/** The query string of `/api/system/gpu/points`: raw samples of one GPU. */
export const GpuPointsRequest = z
  .object({ ...range, gpu: GpuChoice.nullable(), metric: Metrics })
  .transform(({ metric, ...rest }) => ({ ...rest, metrics: metric }))
  .refine(({ from, to }) => from < to, { error: "from must be before to", path: ["from"] })
  .refine(({ from, to }) => to - from <= MAX_RAW_RANGE_MS, {
    error: "raw samples may be of 31 days at most",
    path: ["to"],
  });
export type GpuPointsRequest = z.infer<typeof GpuPointsRequest>;

/** The query string of `/api/system/gpu/export`. No `gpu` = all there are. */
export const GpuExportRequest = z
  .object({
    ...range,
    format: z.enum(["csv", "json"]).nullable(),
    gpu: z.array(GpuChoice).max(MAX_GPUS),
    metric: Metrics,
    step: StepMs.nullable(),
  })
  .transform(({ format, step, gpu, metric, ...rest }) => ({
    ...rest,
    format: format ?? "csv",
    stepMs: step,
    gpus: gpu,
    metrics: metric,
  }))
  .refine(({ from, to }) => from < to, { error: "from must be before to", path: ["from"] })
  .refine(({ from, to }) => to - from <= MAX_RANGE_MS, {
    error: "the range may be 400 days at most",
    path: ["to"],
  })
  .refine(({ from, to, stepMs }) => stepMs !== null || to - from <= MAX_RAW_RANGE_MS, {
    error: "raw samples may be of 31 days at most: choose a step",
    path: ["step"],
  });
export type GpuExportRequest = z.infer<typeof GpuExportRequest>;
