import * as z from "zod";
import { GpuSource, HostName } from "../gpu/gpu-sample";
import { GpuUuid } from "../gpu/gpu-uuid";
import { PressureLevel } from "./pressure-level";

/**
 * `level`: a transition. `forecast`: critical is near; `forecast_reached`, `forecast_cleared`: how that ended. Of the last three
 * `fromLevel` and `level` are the same.
 */
const PressureEventKind = z.enum(["level", "forecast", "forecast_reached", "forecast_cleared"]);

/** Something that happened to the memory of one GPU or MIG instance. */
export const PressureEvent = z.object({
  /** Grows from event to event, also over a restart: server-sent events resume by it. */
  sequence: z.int().min(0),
  kind: PressureEventKind,
  gpuUuid: GpuUuid,
  host: HostName,
  gpuIndex: z.int().min(0),
  source: GpuSource,
  /** Time of the sample. */
  atMs: z.int().min(0),
  /** Null: no level was known before. */
  fromLevel: PressureLevel.nullable(),
  level: PressureLevel,
  sharePercent: z.number().min(0).nullable(),
  memoryUsedMib: z.number().min(0).nullable(),
  memoryTotalMib: z.number().min(0).nullable(),
  secondsToCritical: z.number().min(0).nullable(),
  confidence: z.number().min(0).max(1).nullable(),
});
export type PressureEvent = z.infer<typeof PressureEvent>;

const DAY_MS = 86_400_000;
const MAX_RANGE_MS = 31 * DAY_MS;
const MAX_GPUS = 64;
export const MAX_PRESSURE_EVENTS = 5_000;

/** Range [fromMs, toMs) of 31 days at most; without `gpuUuids` all GPUs. */
export const PressureEventsQuery = z
  .object({
    gpuUuids: z.array(GpuUuid).min(1).max(MAX_GPUS).optional(),
    fromMs: z.int().min(0),
    toMs: z.int().min(0),
  })
  .refine((query) => query.fromMs < query.toMs, { message: "fromMs must be before toMs" })
  .refine((query) => query.toMs - query.fromMs <= MAX_RANGE_MS, {
    message: "the range may be 31 days at most",
  });
export type PressureEventsQuery = z.infer<typeof PressureEventsQuery>;

export const PressureEvents = z.object({
  /** Oldest first; the newest 5,000. */
  events: z.array(PressureEvent).max(MAX_PRESSURE_EVENTS),
  /** The level that each GPU had when the range began, where that is known: a band of a chart begins with it. */
  levelsBefore: z.array(z.object({ gpuUuid: GpuUuid, level: PressureLevel, atMs: z.int().min(0) })),
  /** True when older events of the range were left out. */
  truncated: z.boolean(),
});
export type PressureEvents = z.infer<typeof PressureEvents>;
