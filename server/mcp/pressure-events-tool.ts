import * as z from "zod";
import { isSimulated } from "@/domain/gpu/gpu-sample";
import { PressureEvent } from "@/domain/pressure/pressure-event";
import { PressureLevel } from "@/domain/pressure/pressure-level";
import { defineTool } from "./tool";
import { chosenGpus, gpuArgument, labelsOf } from "./tool-gpus";
import { isoOf, IsoTime, rangeArguments, rangeOf } from "./tool-times";

const MAX_DAYS = 31;
const MAX_EVENTS = 500;
const DEFAULT_EVENTS = 100;

export const ToldPressureEvent = PressureEvent.pick({
  kind: true,
  fromLevel: true,
  level: true,
  sharePercent: true,
  memoryUsedMib: true,
  memoryTotalMib: true,
  secondsToCritical: true,
  confidence: true,
}).extend({ gpu: z.string(), uuid: z.string(), at: IsoTime, simulated: z.boolean() });

/** An event with times and GPUs as all tools write them. */
export function toldEvent(
  event: PressureEvent,
  labelOf: (gpuUuid: string) => string,
): z.infer<typeof ToldPressureEvent> {
  return {
    ...event,
    gpu: labelOf(event.gpuUuid),
    uuid: event.gpuUuid,
    at: isoOf(event.atMs),
    simulated: isSimulated(event),
  };
}

const EventsAnswer = z.object({
  from: IsoTime,
  to: IsoTime,
  events: z.array(ToldPressureEvent).describe("Oldest first"),
  truncated: z.boolean().describe("True: older events of the range were left out"),
  levelsBefore: z
    .array(z.object({ gpu: z.string(), level: PressureLevel, at: IsoTime }))
    .describe("The level that a GPU had when the range began, where it is known"),
});

/** `gpu.pressureEvents`. */
export const pressureEventsTool = defineTool({
  name: "list_pressure_events",
  title: "Memory pressure events",
  description: `Changes of the memory pressure level of GPUs, and forecasts that critical is near, of a range of at most ${MAX_DAYS} days: what happened, when, and how full the memory was (%, MiB).`,
  input: z.strictObject({
    gpu: gpuArgument.optional(),
    ...rangeArguments,
    limit: z
      .int()
      .min(1)
      .max(MAX_EVENTS)
      .default(DEFAULT_EVENTS)
      .describe("Events at most; the newest are kept."),
  }),
  output: EventsAnswer,
  async read(ctx, { gpu, limit, ...range }) {
    const times = rangeOf(range, { nowMs: ctx.nowMs(), maxDays: MAX_DAYS });
    const fleet = await ctx.call.gpu.latest();
    const gpuUuids = gpu && chosenGpus(ctx, fleet, [gpu]).map(({ sample }) => sample.gpuUuid);
    const found = await ctx.call.gpu.pressureEvents({ ...times, ...(gpuUuids && { gpuUuids }) });
    const labelOf = labelsOf(fleet);
    const events = found.events.slice(-limit);
    const truncated = found.truncated || events.length < found.events.length;
    return {
      summary: `${events.length} events${truncated ? ", the newest of more" : ""}.`,
      data: {
        from: isoOf(times.fromMs),
        to: isoOf(times.toMs),
        events: events.map((event) => toldEvent(event, labelOf)),
        truncated,
        levelsBefore: found.levelsBefore.map(({ gpuUuid, level, atMs }) => ({
          gpu: labelOf(gpuUuid),
          level,
          at: isoOf(atMs),
        })),
      },
    };
  },
});
