import * as z from "zod";
import { isSimulated } from "@/domain/gpu/gpu-sample";
import { type GpuPressure, PressureForecast, PressureTotals } from "@/domain/pressure/gpu-pressure";
import { PressureLevel, PressureThresholds } from "@/domain/pressure/pressure-level";
import { defineTool } from "./tool";
import { chosenGpus, gpuArgument, labelOf } from "./tool-gpus";
import { isoOf, isoOrNull, IsoTime } from "./tool-times";

const PressureOfGpu = z.object({
  gpu: z.string(),
  uuid: z.string(),
  level: PressureLevel.nullable().describe("Null: its memory is not known"),
  since: IsoTime.nullable(),
  sharePercent: z.number().nullable().describe("Memory used of the whole; null: not known"),
  memoryUsedMib: z.number().nullable(),
  memoryTotalMib: z.number().nullable(),
  recordedAt: IsoTime,
  simulated: z.boolean(),
  stale: z.boolean().describe("True: all of this is of recordedAt, nothing new came"),
  forecast: PressureForecast.nullable().describe(
    "When the critical threshold is reached if memory goes on growing; null: it is flat, falls, is critical already, or too little is known. slopePerMinute is in percent of the memory.",
  ),
  timesEntered: PressureTotals.pick({ warningCount: true, criticalCount: true }),
});

const PressureAnswer = z.object({
  level: PressureLevel.nullable().describe("The worst of the live, real GPUs; null: none known"),
  thresholds: PressureThresholds,
  gpus: z.array(PressureOfGpu),
});

function pressureOf(gpu: GpuPressure): z.infer<typeof PressureOfGpu> {
  const { gpuUuid, level, sharePercent, memoryUsedMib, memoryTotalMib, stale, forecast } = gpu;
  return {
    gpu: labelOf(gpu),
    uuid: gpuUuid,
    level,
    since: isoOrNull(gpu.sinceMs),
    sharePercent,
    memoryUsedMib,
    memoryTotalMib,
    recordedAt: isoOf(gpu.recordedAtMs),
    simulated: isSimulated(gpu),
    stale,
    forecast,
    timesEntered: gpu.totals,
  };
}

/** `gpu.pressure`. */
export const memoryPressureTool = defineTool({
  name: "get_memory_pressure",
  title: "Memory pressure now",
  description:
    "How full the memory of each GPU is now, as a level (normal, warning, critical) with its thresholds in percent, and in how many seconds it becomes critical if it goes on growing. Simulated GPUs do not count for the level of the whole.",
  input: z.strictObject({ gpu: gpuArgument.optional() }),
  output: PressureAnswer,
  async read(ctx, { gpu }) {
    const [fleet, pressure] = await Promise.all([ctx.call.gpu.latest(), ctx.call.gpu.pressure()]);
    const chosen = new Set(
      chosenGpus(ctx, fleet, gpu && [gpu]).map(({ sample }) => sample.gpuUuid),
    );
    const { level, thresholds } = pressure;
    const gpus = pressure.gpus.filter(({ gpuUuid }) => gpu === undefined || chosen.has(gpuUuid));
    return {
      summary: `Memory pressure of ${gpus.length} ${gpus.length === 1 ? "GPU" : "GPUs"}; the worst level of all live, real GPUs is ${level ?? "not known"}.`,
      data: { level, thresholds, gpus: gpus.map(pressureOf) },
    };
  },
});
