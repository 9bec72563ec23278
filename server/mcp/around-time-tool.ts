import * as z from "zod";
import { isoTimeMs } from "@/domain/gpu/history-time";
import { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { AppError } from "@/server/errors";
import { MetricSummary, summariseMetrics } from "./metric-summary";
import { ToldPressureEvent, toldEvent } from "./pressure-events-tool";
import { ToldQuarantined, toldQuarantined } from "./quarantined-tool";
import { defineTool } from "./tool";
import { chosenGpus, gpuArgument, GpuIdentity, identityOf, labelsOf } from "./tool-gpus";
import { isoOf, IsoTime } from "./tool-times";
import { ToldXid, xidsOf } from "./xid-changes";

const MINUTE_MS = 60_000;
const MAX_MINUTES = 60;
const DEFAULT_MINUTES = 10;
const POINTS = 60;
const MAX_GPUS = 64;
const MAX_EVENTS = 200;

const AroundAnswer = z.object({
  at: IsoTime,
  from: IsoTime.describe("Widened to whole steps of the history"),
  to: IsoTime,
  simulated: z.boolean().describe("True: some values are invented"),
  stale: z.boolean().describe("True: the database did not answer, values are from memory"),
  pressureEvents: z.array(ToldPressureEvent).describe("Oldest first, the newest 200"),
  xids: z.array(ToldXid).describe("Xid errors that the driver reported, oldest first"),
  quarantined: z
    .array(ToldQuarantined)
    .describe("Impossible values of the range, of the newest 200 since the portal started"),
  gpus: z.array(
    GpuIdentity.extend({
      samples: z.int().describe("How many there are in the range; 0: nothing was recorded"),
      metrics: z.partialRecord(GpuMetric, MetricSummary),
      unknown: z.array(GpuMetric).describe("Metrics without one value in the range"),
    }),
  ),
  gpusLeftOut: z.int().describe("GPUs beyond the first 64: ask for them by `gpu`"),
});

/** `gpu.pressureEvents`, `gpu.history` and `gpu.quarantined` of one range. */
export const aroundTimeTool = defineTool({
  name: "what_happened_around",
  title: "What happened around a time",
  description:
    "What the GPUs did some minutes before and after a time: memory pressure events, Xid errors, impossible values, and minimum, mean and maximum of each metric per GPU (units at the end of the names). Begin here to look into an incident, then look closer with get_gpu_history.",
  input: z.strictObject({
    at: isoTimeMs("at").describe("The time, ISO 8601 such as 2026-05-01T12:00:00Z."),
    minutes: z
      .int()
      .min(1)
      .max(MAX_MINUTES)
      .default(DEFAULT_MINUTES)
      .describe("How far before and after."),
    gpu: gpuArgument.optional(),
  }),
  output: AroundAnswer,
  async read(ctx, { at, minutes, gpu }) {
    const range = { fromMs: at - minutes * MINUTE_MS, toMs: at + minutes * MINUTE_MS };
    if (range.fromMs < 0 || range.fromMs > ctx.nowMs())
      throw new AppError("INVALID", "at must be a time after 1970 that has come already.");
    const { call } = ctx;
    const fleet = await call.gpu.latest();
    const all = chosenGpus(ctx, fleet, gpu && [gpu]);
    const gpus = all.slice(0, MAX_GPUS);
    if (gpus.length === 0) throw new AppError("NOT_FOUND", "No GPU is known.");
    const gpuUuids = gpus.map(({ sample }) => sample.gpuUuid);
    const [history, pressure, quarantined] = await Promise.all([
      call.gpu.history({ ...range, gpuUuids, metrics: [...gpuMetrics], maxPoints: POINTS }),
      call.gpu.pressureEvents({ ...range, gpuUuids }),
      call.gpu.quarantined(),
    ]);
    const labelOf = labelsOf(fleet);
    const isOfRange = (timeMs: number) => timeMs >= history.fromMs && timeMs < history.toMs;
    const seriesOf = new Map(history.series.map((series) => [series.gpuUuid, series]));
    const data = {
      at: isoOf(at),
      from: isoOf(history.fromMs),
      to: isoOf(history.toMs),
      simulated: history.simulated,
      stale: history.stale,
      pressureEvents: pressure.events.slice(-MAX_EVENTS).map((event) => toldEvent(event, labelOf)),
      xids: history.series.flatMap((series) => xidsOf(series, labelOf)).sort(byTime),
      quarantined: quarantined.values
        .filter((value) => gpuUuids.includes(value.gpuUuid) && isOfRange(value.recordedAtMs))
        .map((value) => toldQuarantined(value, labelOf)),
      gpus: gpus.map((one) => ({
        ...identityOf(one),
        ...summariseMetrics(seriesOf.get(one.sample.gpuUuid)),
      })),
      gpusLeftOut: all.length - gpus.length,
    };
    return {
      summary: `${data.pressureEvents.length} pressure events, ${data.xids.length} Xid errors and ${data.quarantined.length} impossible values within ${minutes} min of ${data.at}.`,
      data,
    };
  },
});

function byTime(a: { at: string }, b: { at: string }): number {
  return a.at < b.at ? -1 : Number(a.at > b.at);
}
