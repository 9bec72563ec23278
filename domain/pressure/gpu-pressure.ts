import * as z from "zod";
import { GpuSource, HostName } from "../gpu/gpu-sample";
import { GpuUuid } from "../gpu/gpu-uuid";
import { PressureEvent } from "./pressure-event";
import { PressureLevel, PressureThresholds } from "./pressure-level";

/** When the critical threshold is reached if memory goes on growing; how: forecast-critical.ts. */
export const PressureForecast = z.object({
  /** From now on. */
  secondsToCritical: z.number().min(0),
  confidence: z.number().min(0).max(1),
  slopePerMinute: z.number(),
  spanSeconds: z.number().min(0),
});
export type PressureForecast = z.infer<typeof PressureForecast>;

/** How often a level was entered, and when last. */
export const PressureTotals = z.object({
  warningCount: z.int().min(0),
  criticalCount: z.int().min(0),
  lastWarningAtMs: z.int().nullable(),
  lastCriticalAtMs: z.int().nullable(),
});
export type PressureTotals = z.infer<typeof PressureTotals>;

/** The pressure on the memory of one GPU or MIG instance, by its newest live sample. */
export const GpuPressure = z.object({
  gpuUuid: GpuUuid,
  host: HostName,
  gpuIndex: z.int().min(0),
  parentUuid: GpuUuid.nullable(),
  source: GpuSource,
  /** Null: its memory is not known. */
  level: PressureLevel.nullable(),
  /** Since when; null when the level is. */
  sinceMs: z.int().nullable(),
  /** Not rounded; null when it is not known. */
  sharePercent: z.number().nullable(),
  memoryUsedMib: z.number().nullable(),
  memoryTotalMib: z.number().nullable(),
  recordedAtMs: z.int(),
  /** True when nothing came for five polls: everything here is of then. */
  stale: z.boolean(),
  /** Null: memory is flat, falls, is critical already, or too little is known. */
  forecast: PressureForecast.nullable(),
  totals: PressureTotals,
});
export type GpuPressure = z.infer<typeof GpuPressure>;

/** What `gpu.pressure` answers. */
export const Pressure = z.object({
  /** The worst of the fresh, real GPUs; null when none of them has a level. */
  level: PressureLevel.nullable(),
  thresholds: PressureThresholds,
  gpus: z.array(GpuPressure),
  /** Changes with every change of a level, of a forecast event, and when a GPU falls silent. */
  version: z.int().min(0),
  serverTimeMs: z.int(),
});
export type Pressure = z.infer<typeof Pressure>;

/** What `gpu:pressure` carries: what happened, and the GPU after it. */
export const PressureChange = z.object({
  version: z.int().min(0),
  event: PressureEvent,
  gpu: GpuPressure,
  thresholds: PressureThresholds,
  serverTimeMs: z.int(),
});
export type PressureChange = z.infer<typeof PressureChange>;
