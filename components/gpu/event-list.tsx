"use client";
import { useSyncExternalStore } from "react";
import type { CursorStore } from "@/components/charts/cursor-store";
import { cn } from "@/components/ui/class-names";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { EventIcon, eventTextColours } from "./event-icon";

interface EventListProps {
  events: readonly FleetEvent[];
  /** Which GPU, where several are listed. */
  nameOf?: (gpuUuids: readonly string[]) => string;
  /** A click puts the cursor there. */
  cursor: CursorStore;
  nowMs: number;
}

const SHOWN = 200;
const DAY_MS = 86_400_000;

/** What happened in the range, newest first. */
export function EventList({ events, nameOf, cursor, nowMs }: EventListProps) {
  const state = useSyncExternalStore(cursor.subscribe, cursor.snapshot, cursor.snapshot);
  if (events.length === 0)
    return (
      <p className="border-t border-line-1 px-3 py-2 type-12 text-fg-3">
        No gap, no change of source, no throttling, no Xid error and no memory pressure in this
        range.
      </p>
    );
  return (
    <ol className="min-h-0 [scrollbar-width:thin] overflow-auto">
      {events.slice(0, SHOWN).map((event) => (
        <li key={`${event.timeMs}-${event.gpuUuids.join()}-${event.text}`}>
          <button
            type="button"
            title={formatIso(event.timeMs)}
            onClick={() => {
              cursor.pin(event.timeMs);
            }}
            className={cn(
              "grid min-h-6.75 w-full grid-cols-[54px_14px_minmax(0,1fr)_auto] items-center gap-1.75 border-t border-line-1 px-3 text-left type-12 text-fg-2 -outline-offset-2 hover:bg-surface-2 max-md:min-h-11",
              state.isPinned &&
                state.timeMs === event.timeMs &&
                "bg-accent-soft text-fg-1 shadow-[inset_2px_0_0_var(--accent)]",
            )}
          >
            <time dateTime={formatIso(event.timeMs)} className="whitespace-nowrap text-fg-3">
              {nowMs - event.timeMs > DAY_MS
                ? formatDay(event.timeMs, { nowMs })
                : formatClock(event.timeMs, { seconds: true })}
            </time>
            <EventIcon event={event} className={`size-3.5 ${eventTextColours[event.level]}`} />
            <span className="truncate">
              {nameOf && <b className="font-medium text-fg-1">{nameOf(event.gpuUuids)} </b>}
              {event.text}
            </span>
            <em className="type-11 text-fg-3 not-italic">{event.detail}</em>
            {event.explanation !== undefined && (
              <span className="col-span-2 col-start-3 pb-1 type-11 text-pretty text-fg-3">
                {event.explanation}
              </span>
            )}
          </button>
        </li>
      ))}
      {events.length > SHOWN && (
        <li className="border-t border-line-1 px-3 py-1.5 type-12 text-fg-3">
          {events.length - SHOWN} older ones are left out; choose a shorter range.
        </li>
      )}
    </ol>
  );
}
