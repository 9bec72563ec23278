import * as z from "zod";
import { GpuMetric } from "./gpu-metric";
import { GpuSource } from "./gpu-sample";
import { GpuUuid } from "./gpu-uuid";
import { type HistoryStepMs, historyStepsMs } from "./history-step";

const DAY_MS = 86_400_000;
const MAX_RAW_RANGE_MS = 31 * DAY_MS;
const MAX_RANGE_MS = 400 * DAY_MS;
const MAX_POINTS = 11_000;

const TimeMs = z.int().min(0).max(8.64e15);

/**
 * Either `stepMs` (null = raw samples) or `maxPoints`, with which the server chooses the step. Bounds: ≤ 64 GPUs, ≤ 11,000 points a
 * series, range ≤ 400 d, raw ≤ 31 d. A MIG instance is a GPU of its own.
 */
export const GpuHistoryQuery = z
  .object({
    gpuUuids: z.array(GpuUuid).min(1).max(64),
    metrics: z.array(GpuMetric).min(1).max(GpuMetric.options.length),
    fromMs: TimeMs,
    toMs: TimeMs,
    stepMs: z
      .union(historyStepsMs.map((step) => z.literal(step)))
      .nullable()
      .optional(),
    maxPoints: z.int().min(1).max(MAX_POINTS).optional(),
  })
  .refine((query) => (query.stepMs === undefined) !== (query.maxPoints === undefined), {
    message: "give either stepMs or maxPoints",
    path: ["stepMs"],
  })
  .refine((query) => query.fromMs < query.toMs, {
    message: "fromMs must be before toMs",
    path: ["fromMs"],
  })
  .refine((query) => query.toMs - query.fromMs <= MAX_RANGE_MS, {
    message: "the range may be 400 days at most",
    path: ["toMs"],
  })
  .refine((query) => query.stepMs !== null || query.toMs - query.fromMs <= MAX_RAW_RANGE_MS, {
    message: "raw samples may be of 31 days at most: choose a step",
    path: ["toMs"],
  })
  .refine((query) => !query.stepMs || (query.toMs - query.fromMs) / query.stepMs <= MAX_POINTS, {
    message: "more than 11,000 points a series: choose a larger stepMs or a shorter range",
    path: ["stepMs"],
  });
export type GpuHistoryQuery = z.infer<typeof GpuHistoryQuery>;

/** A query whose step is decided: what a store and the memory answer. */
export interface GpuHistorySelection {
  gpuUuids: readonly string[];
  metrics: readonly GpuMetric[];
  fromMs: number;
  toMs: number;
  stepMs: HistoryStepMs | null;
}

const Column = z.array(z.number().nullable());

/** One GPU's columns; all have the length of `timesMs`. With a step, a time is the start of its bucket and a bucket without samples holds nulls; raw series hold only what was sampled. */
export const GpuHistorySeries = z.object({
  gpuUuid: z.string(),
  gpuIndex: z.int().nullable(),
  gpuName: z.string().nullable(),
  timesMs: z.array(z.int()),
  /** Samples in each bucket; null for raw. */
  counts: z.array(z.int()).nullable(),
  /** Of a bit field (throttleReasons) the bits that any sample had; its min has those of every sample. */
  mean: z.partialRecord(GpuMetric, Column),
  /** Envelope of each bucket; null for raw, where it equals the mean. */
  min: z.partialRecord(GpuMetric, Column).nullable(),
  max: z.partialRecord(GpuMetric, Column).nullable(),
  /** Where each point came from; of a bucket with several, the last. */
  sources: z.array(GpuSource.nullable()),
  /** Samples of before this time are in the columns; a last bucket in steps may go on after it. 0 when there are none. */
  knownUntilMs: z.int().min(0),
});
export type GpuHistorySeries = z.infer<typeof GpuHistorySeries>;

export const GpuHistory = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  /** Also what the server chose for `maxPoints`. */
  stepMs: z.int().nullable(),
  pollIntervalMs: z.int(),
  simulated: z.boolean(),
  /** True when the database did not answer and this comes from memory. */
  stale: z.boolean(),
  /** True when raw samples were cut at 11,000 points a series, or at a million numbers in all (the newest are kept). */
  truncated: z.boolean(),
  series: z.array(GpuHistorySeries),
});
export type GpuHistory = z.infer<typeof GpuHistory>;
