import type { GpuHistorySeries } from "../gpu/gpu-history";
import type { GpuSource } from "../gpu/gpu-sample";
import { formatDuration } from "../time/format-duration";
import { formatDecimals } from "../units/format-number";
import type { PressureLevel } from "../pressure/pressure-level";
import { memoryLevel, memorySharePercent } from "../units/format-memory";
import { sourceName } from "../units/gpu-metric-display";
import { throttlingNow } from "../units/throttle-reasons";
import { columnOf, mostOf, sampleGaps, type SeriesWindow } from "./series-points";
import { xidMeaning } from "./xid-meanings";

/** Something that happened to a GPU in the range. Times have the precision of the history's step. */
export interface GpuEvent {
  timeMs: number;
  gpuUuid: string;
  kind: "gap" | "source" | "throttle" | "memory" | "xid" | "pressure" | "forecast";
  level: "note" | "ok" | "warn" | "crit";
  /** "Normal → warning" */
  text: string;
  /** A figure that belongs to it: "85.2 %", "4 m 08 s". */
  detail: string;
  /** What it means and what to do next, where the text alone does not say it. */
  explanation?: string;
}

/**
 * What the samples show of one GPU, newest first: gaps, changes of source, memory levels, throttling, Xid errors. `noted`: what
 * the server noted of it; levels of the memory then come from there, with their exact times.
 */
export function gpuEvents(
  series: GpuHistorySeries,
  window: SeriesWindow,
  noted?: readonly GpuEvent[] | null,
): GpuEvent[] {
  return [
    ...gapEvents(series, window),
    ...sourceEvents(series),
    ...(noted ?? memoryEvents(series)),
    ...throttleEvents(series),
    ...xidEvents(series),
  ]
    .filter((event) => event.timeMs >= window.fromMs && event.timeMs <= window.toMs)
    .sort((left, right) => right.timeMs - left.timeMs);
}

/** The same thing that happened to several GPUs at the same time. */
export interface FleetEvent extends Omit<GpuEvent, "gpuUuid"> {
  gpuUuids: string[];
}

/** What happens to each GPU for itself, though two may look alike. */
const byGpu: ReadonlySet<GpuEvent["kind"]> = new Set(["memory", "pressure", "forecast", "xid"]);

/** Events of all GPUs, newest first; equal ones of the same moment become one. */
export function joinEvents(events: readonly GpuEvent[]): FleetEvent[] {
  const joined = new Map<string, FleetEvent>();
  for (const { gpuUuid, ...event } of events) {
    const key = `${event.timeMs} ${event.text} ${byGpu.has(event.kind) ? gpuUuid : event.detail}`;
    const known = joined.get(key);
    if (known) known.gpuUuids.push(gpuUuid);
    else joined.set(key, { ...event, gpuUuids: [gpuUuid] });
  }
  return [...joined.values()].sort((left, right) => right.timeMs - left.timeMs);
}

function gapEvents(series: GpuHistorySeries, window: SeriesWindow): GpuEvent[] {
  return sampleGaps(series, window).map((gap) => {
    // When a gap at the start of the range began is not known: it is listed at its end.
    const isLeading = gap.fromMs <= window.fromMs;
    const lasts = gap.toMs >= window.toMs;
    return {
      timeMs: isLeading && !lasts ? gap.toMs : gap.fromMs,
      gpuUuid: series.gpuUuid,
      kind: "gap",
      level: lasts ? "crit" : "note",
      text: isLeading && !lasts ? "No samples before" : "No samples",
      detail: formatDuration(gap.toMs - gap.fromMs),
    };
  });
}

function sourceEvents(series: GpuHistorySeries): GpuEvent[] {
  const events: GpuEvent[] = [];
  let known: GpuSource | null = null;
  series.sources.forEach((source, index) => {
    if (source === null) return;
    if (known !== null && source !== known)
      events.push({
        timeMs: series.timesMs[index] ?? 0,
        gpuUuid: series.gpuUuid,
        kind: "source",
        level: "note",
        text: `${sourceName(known)} → ${sourceName(source)}`,
        detail: "source",
      });
    known = source;
  });
  return events;
}

const levelTones = { normal: "ok", warning: "warn", critical: "crit" } as const;

function memoryEvents(series: GpuHistorySeries): GpuEvent[] {
  const used = columnOf(series, "memoryUsedMib");
  const total = columnOf(series, "memoryTotalMib");
  const events: GpuEvent[] = [];
  let known: PressureLevel | null = null;
  series.timesMs.forEach((timeMs, index) => {
    const share = memorySharePercent(used[index] ?? null, total[index] ?? null);
    if (share === null) return;
    const level = memoryLevel(share);
    if (known !== null && level !== known)
      events.push({
        timeMs,
        gpuUuid: series.gpuUuid,
        kind: "memory",
        level: levelTones[level],
        text: `VRAM ${known} → ${level}`,
        detail: `${formatDecimals(share, 1)} %`,
      });
    known = level;
  });
  return events;
}

/** A stretch in which the clocks were held down, and by what. */
export interface ThrottleInterval {
  fromMs: number;
  /** End of the last point that throttles; the window's end while it lasts. */
  toMs: number;
  label: string;
  isOpen: boolean;
  /** False when the range begins in the middle of it. */
  beginsInRange: boolean;
}

/**
 * Throttling as intervals. Of a bucket the most of the bit field is read: one of its samples had exactly
 * these reasons.
 */
export function throttleIntervals(series: GpuHistorySeries): ThrottleInterval[] {
  const reasons = mostOf(series, "throttleReasons");
  const intervals: ThrottleInterval[] = [];
  let current: ThrottleInterval | null = null;
  let sawValue = false;
  series.timesMs.forEach((timeMs, index) => {
    const bits = reasons[index] ?? null;
    if (bits === null) return;
    const label = throttlingNow(Math.round(bits))
      .map((reason) => reason.label)
      .join(", ");
    if (current && current.label !== label) {
      current.toMs = timeMs;
      current.isOpen = false;
      current = null;
    }
    if (label !== "" && current === null) {
      current = { fromMs: timeMs, toMs: timeMs, label, isOpen: true, beginsInRange: sawValue };
      intervals.push(current);
    } else if (current) current.toMs = timeMs;
    sawValue = true;
  });
  return intervals;
}

function throttleEvents(series: GpuHistorySeries): GpuEvent[] {
  return throttleIntervals(series).flatMap((interval): GpuEvent[] => {
    const shared = { gpuUuid: series.gpuUuid, kind: "throttle" as const };
    const began: GpuEvent = {
      ...shared,
      timeMs: interval.fromMs,
      level: "warn",
      text: `${interval.label} began`,
      detail: "",
    };
    const ended: GpuEvent = {
      ...shared,
      timeMs: interval.toMs,
      level: "note",
      text: `${interval.label} ended`,
      detail: interval.beginsInRange ? formatDuration(interval.toMs - interval.fromMs) : "",
    };
    return [...(interval.beginsInRange ? [began] : []), ...(interval.isOpen ? [] : [ended])];
  });
}

/** A new code of the driver; the one that was there when the range began has no time in it. */
function xidEvents(series: GpuHistorySeries): GpuEvent[] {
  const codes = mostOf(series, "xidCode");
  const events: GpuEvent[] = [];
  let known: number | null = null;
  series.timesMs.forEach((timeMs, index) => {
    const code = codes[index] ?? null;
    if (code === null) return;
    if (known !== null && code !== known && code !== 0) {
      const { meaning, nextStep } = xidMeaning(code);
      events.push({
        timeMs,
        gpuUuid: series.gpuUuid,
        kind: "xid",
        level: "crit",
        text: `Xid ${code}`,
        detail: "driver error",
        explanation: `${meaning}. ${nextStep}`,
      });
    }
    known = code;
  });
  return events;
}
