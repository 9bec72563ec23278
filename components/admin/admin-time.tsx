"use client";
import { useEffect, useState } from "react";
import { useLiveStore } from "@/components/layout/live-connection";
import { Reason } from "@/components/ui/reason";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { NO_VALUE } from "@/domain/units/format-number";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STEP_MS = 10_000;

/** The server's time, moving on every 10 s. */
export function useNowMs(): number {
  const store = useLiveStore();
  const [nowMs, setNowMs] = useState(() => store.serverNowMs());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(store.serverNowMs());
    }, STEP_MS);
    return () => {
      clearInterval(timer);
    };
  }, [store]);
  return nowMs;
}

function isSameDay(atMs: number, nowMs: number): boolean {
  return formatDay(atMs, { nowMs }) === formatDay(nowMs, { nowMs });
}

/** `14:31:41` today, `20 Nov 14:31:41` on another day. */
export function momentText(atMs: number, nowMs: number): string {
  const clock = formatClock(atMs, { seconds: true });
  return isSameDay(atMs, nowMs) ? clock : `${formatDay(atMs, { nowMs })} ${clock}`;
}

/** To the minute, as it is kept: `this minute`, `4 m ago`, then the clock of today, `yesterday`, the day. */
export function lastSeenText(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs < 2 * MINUTE_MS) return "just now";
  if (ageMs < HOUR_MS) return `${formatDuration(ageMs - (ageMs % MINUTE_MS))} ago`;
  if (isSameDay(atMs, nowMs)) return formatClock(atMs);
  return isSameDay(atMs + DAY_MS, nowMs) ? "yesterday" : formatDay(atMs, { nowMs });
}

/** `30 Nov, in 10 d`, with hours below two days. */
export function untilText(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs;
  const stepMs = leftMs < 2 * DAY_MS ? MINUTE_MS : DAY_MS;
  const left = formatDuration(Math.round(leftMs / stepMs) * stepMs);
  return `${formatDay(atMs, { nowMs })}, in ${left}`;
}

interface AtProps {
  atMs: number | null;
  say: (atMs: number) => string;
  /** What it means that there is no time. */
  none: string;
}

/** A time with UTC on hover; `–` with its meaning where there is none. */
export function At({ atMs, say, none }: AtProps) {
  if (atMs === null)
    return (
      <Reason reason={none} className="text-fg-3">
        {NO_VALUE}
      </Reason>
    );
  return (
    <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
      {say(atMs)}
    </time>
  );
}
