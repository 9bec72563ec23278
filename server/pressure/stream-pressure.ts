import type { GpuPressure } from "@/domain/pressure/gpu-pressure";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import { pressureEventKeys } from "@/domain/pressure/pressure-event-keys";
import type { PressureContext } from "./pressure-context";

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const MAX_MISSED = 500;

export interface PressureView {
  /** Null: all GPUs. */
  gpuUuid: string | null;
  version: () => number;
  answer: () => Record<string, unknown>;
}

/**
 * Server-sent events (html.spec.whatwg.org, section 9.2) of one client, until it leaves or the server stops. First what it
 * missed since `lastEventId`, then `state` with the whole answer; afterwards `change` for each event and `state` after it,
 * and a comment every 15 s. A client that reads slowly gets the newest state, not every one.
 */
export async function* streamPressure(
  ctx: PressureContext,
  view: PressureView,
  { lastEventId, signal }: { lastEventId: number | null; signal: AbortSignal },
): AsyncGenerator<string> {
  const isWanted = ({ gpuUuid }: Pick<GpuPressure, "gpuUuid">) =>
    view.gpuUuid === null || view.gpuUuid === gpuUuid;
  yield `retry: ${RETRY_MS}\n\n`;
  const newest = newestSequence(ctx);
  // An id of the future is none of ours, or of another portal: nothing after it would ever be sent.
  let cursor =
    lastEventId === null || lastEventId > ctx.readPressure().version ? newest : lastEventId;
  for (const event of await missedEvents(ctx, cursor)) {
    cursor = Math.max(cursor, event.sequence);
    if (isWanted(event)) yield changeText(event);
  }
  let sentVersion: number | null = null;
  while (!signal.aborted && !ctx.streams.isEnded) {
    for (const event of eventsAfter(ctx, cursor)) {
      cursor = event.sequence;
      if (isWanted(event)) yield changeText(event);
    }
    const version = view.version();
    if (version !== sentVersion) {
      sentVersion = version;
      yield message({ id: version, name: "state", data: view.answer() });
      continue; // something may have changed while it was sent
    }
    await ctx.streams.wait({ limitMs: HEARTBEAT_MS, signal });
    if (view.version() === sentVersion) yield ": nothing changed\n\n";
  }
}

function message({ id, name, data }: { id: number; name: string; data: object }): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function changeText(event: PressureEvent): string {
  return message({ id: event.sequence, name: "change", data: pressureEventKeys(event) });
}

function eventsAfter(ctx: PressureContext, sequence: number): PressureEvent[] {
  return ctx.recentEvents().events.filter((event) => event.sequence > sequence);
}

function newestSequence(ctx: PressureContext): number {
  const { events, completeAfter } = ctx.recentEvents();
  return events.at(-1)?.sequence ?? completeAfter;
}

/** From the database what memory no longer has, for instance from before a restart. Without it the state alone must do. */
async function missedEvents(ctx: PressureContext, sequence: number): Promise<PressureEvent[]> {
  const recent = () => eventsAfter(ctx, sequence);
  if (sequence >= ctx.recentEvents().completeAfter) return recent();
  const stored = await ctx.store.readEventsAfter(sequence, MAX_MISSED).catch(() => []);
  const lastStored = stored.at(-1)?.sequence ?? 0;
  return [...stored, ...recent().filter((event) => event.sequence > lastStored)];
}
